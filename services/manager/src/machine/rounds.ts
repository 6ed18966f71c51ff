type Reconcile<T> = (name: string, signal: AbortSignal) => Promise<T>;

/** Tells when each of some machines was reconciled once more, by a run that began after it was asked. */
export interface Rounds {
  begin(names: readonly string[]): Promise<void>;
  /** The same reconcile, whose runs count. One that fails does not: it comes again. */
  over<T>(reconcile: Reconcile<T>): Reconcile<T>;
}

export function createRounds(): Rounds {
  const open = new Map<Set<string>, () => void>();
  return {
    begin: (names) =>
      new Promise((done) => {
        if (names.length === 0) done();
        else open.set(new Set(names), done);
      }),
    over: (reconcile) => async (name, signal) => {
      const awaited = [...open.keys()].filter((left) => left.has(name));
      const result = await reconcile(name, signal);
      for (const left of awaited) {
        left.delete(name);
        if (left.size > 0) continue;
        open.get(left)?.();
        open.delete(left);
      }
      return result;
    },
  };
}
