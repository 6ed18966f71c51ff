import { ProviderError, type VirtualMachine } from "@remuda/contract";

/** What became of one machine. */
interface Change {
  id: string;
  uid: string;
  owner: string;
  /** The marks that it bore before, if its owner changed. */
  left: { uid: string; owner: string } | undefined;
  /** As it is now; undefined: gone. */
  virtualMachine: VirtualMachine | undefined;
}

/** Changes in their order. Readers share one chain: what all of them have passed is garbage. */
export interface Feed {
  publish(changes: readonly Change[]): void;
  /** Whether anyone reads; without, nothing needs to be published. */
  readonly watched: boolean;
  /** Changes from the moment of the call on. */
  follow(): Reader;
}

interface Reader {
  /** The next change; undefined when the signal ends the wait. UNAVAILABLE when the reader has fallen too far behind. */
  next(signal: AbortSignal): Promise<Change | undefined>;
  close(): void;
}

interface Link {
  readonly sequence: number;
  readonly change: Change | undefined;
  next: Link | undefined;
}

export function createFeed(maxBehind = 50_000): Feed {
  let tail: Link = { sequence: 0, change: undefined, next: undefined };
  const waiting = new Set<() => void>();
  let readers = 0;

  const more = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });

  return {
    publish(changes) {
      for (const change of changes) {
        const link: Link = { sequence: tail.sequence + 1, change, next: undefined };
        tail.next = link;
        tail = link;
      }
      for (const wake of [...waiting]) wake();
    },
    get watched() {
      return readers > 0;
    },
    follow() {
      readers++;
      let at: Link | undefined = tail;
      return {
        async next(signal) {
          while (at && !signal.aborted) {
            if (!at.next) {
              await more(signal);
              continue;
            }
            at = at.next;
            if (tail.sequence - at.sequence > maxBehind) throw new ProviderError("UNAVAILABLE", "the watch fell behind; begin it again");
            if (at.change) return at.change;
          }
          return undefined;
        },
        close() {
          if (at) readers--;
          at = undefined;
        },
      };
    },
  };
}
