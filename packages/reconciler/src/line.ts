/** First in, first out, each key once. An array, since a Set that loses its first again and again has to look for the next. */
export function createLine() {
  const members = new Set<string>();
  let line: string[] = [];
  let head = 0;
  return {
    has: (key: string) => members.has(key),
    add(key: string) {
      if (members.has(key)) return;
      members.add(key);
      line.push(key);
    },
    shift(): string | undefined {
      const key = line[head];
      if (key === undefined) return undefined;
      head++;
      members.delete(key);
      if (head > 1000 && head * 2 > line.length) {
        line = line.slice(head);
        head = 0;
      }
      return key;
    },
    clear() {
      members.clear();
      line = [];
      head = 0;
    },
    get size() {
      return members.size;
    },
  };
}
