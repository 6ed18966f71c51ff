/** Things that wait their turn in lanes: each lane in order, the lanes by turns, so that one lane's crowd delays no other. */
export interface FairQueue<T> {
  readonly size: number;
  push(lane: string, item: T): void;
  /** The next in turn. */
  shift(): T | undefined;
  remove(lane: string, item: T): void;
}

export function createFairQueue<T>(): FairQueue<T> {
  // A Map keeps the order of insertion: the lane at the front is the next in turn, and goes to the back afterwards.
  const lanes = new Map<string, Set<T>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(lane, item) {
      const items = lanes.get(lane);
      if (items) items.add(item);
      else lanes.set(lane, new Set([item]));
      size++;
    },
    shift() {
      for (const [lane, items] of lanes) {
        lanes.delete(lane);
        for (const item of items) {
          items.delete(item);
          size--;
          if (items.size > 0) lanes.set(lane, items);
          return item;
        }
      }
      return undefined;
    },
    remove(lane, item) {
      const items = lanes.get(lane);
      if (!items?.delete(item)) return;
      size--;
      if (items.size === 0) lanes.delete(lane);
    },
  };
}
