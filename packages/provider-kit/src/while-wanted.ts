/**
 * What a provider's stream brings, as long as the client is there. When the signal aborts, whoever waits for the next item gets its reason at
 * once, and the provider's stream is told to end: the `finally` of a generator runs as soon as what it awaits is over.
 */
export function whileWanted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T, undefined> {
  const items = source[Symbol.asyncIterator]();
  let open = true;
  let interrupt = (_reason: unknown) => {};

  /** Whether it was still open. */
  function close(): boolean {
    const before = open;
    open = false;
    signal.removeEventListener("abort", gone);
    return before;
  }
  function gone(): void {
    interrupt(signal.reason);
    // Not waited for: it may be a long time until a generator's `await` is over, and what fails then has nobody to tell.
    if (close()) items.return?.().catch(() => undefined);
  }
  async function next(): Promise<IteratorResult<T, undefined>> {
    try {
      const item = await items.next();
      if (!item.done) return item;
    } catch (error) {
      close();
      throw error;
    }
    close();
    return ended;
  }

  if (signal.aborted) gone();
  else signal.addEventListener("abort", gone, { once: true });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        interrupt = reject;
        next().then(resolve, reject);
      }),
    async return() {
      if (close()) await items.return?.();
      return ended;
    },
  };
}

const ended = { done: true, value: undefined } as const;
