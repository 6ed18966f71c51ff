type Taker = (key: string | undefined) => void;

/** Those who wait for a key, in order. They listen to each signal once together: a signal's listeners are searched at each change. */
export function createTakers() {
  const waiting = new Set<Taker>();
  const bySignal = new Map<AbortSignal, { takers: Set<Taker>; end: () => void }>();

  const group = (signal: AbortSignal) => {
    const found = bySignal.get(signal);
    if (found) return found;
    const takers = new Set<Taker>();
    const made = { takers, end: () => dismiss(takers) };
    bySignal.set(signal, made);
    signal.addEventListener("abort", made.end, { once: true });
    return made;
  };
  const dismiss = (takers: ReadonlySet<Taker>) => {
    for (const taker of [...takers]) taker(undefined);
  };

  return {
    wait: (signal: AbortSignal) =>
      new Promise<string | undefined>((resolve) => {
        const { takers, end } = group(signal);
        const taker = (key: string | undefined) => {
          waiting.delete(taker);
          takers.delete(taker);
          if (takers.size === 0) {
            bySignal.delete(signal);
            signal.removeEventListener("abort", end);
          }
          resolve(key);
        };
        takers.add(taker);
        waiting.add(taker);
      }),
    next: (): Taker | undefined => waiting.values().next().value,
    dismiss: () => dismiss(waiting),
  };
}
