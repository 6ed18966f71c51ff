/** Runs what bears the same key one after another, in order of arrival; different keys run side by side. */
export function createKeyLock() {
  const tails = new Map<string, Promise<unknown>>();
  return async function run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = tails.get(key);
    const mine = (async () => {
      await before;
      // Whoever hung up while waiting starts nothing.
      signal.throwIfAborted();
      return await work();
    })();
    const settled = mine.catch(() => {});
    tails.set(key, settled);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === settled) tails.delete(key);
    }
  };
}
