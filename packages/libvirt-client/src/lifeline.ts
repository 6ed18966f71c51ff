import type { ConnectionState } from "./connection";
import { LibvirtError, toLibvirtError } from "./error";
import type { Link } from "./wire/link";

/** Keeps a link alive: when one ends, makes the next. */
export interface Lifeline {
  /** The link of now, if there is one. */
  link(): Link | undefined;
  /** The next link, within the deadline and a patience of its own. */
  nextLink(name: string, deadlineMs: number, signal: AbortSignal | undefined): Promise<Link>;
  state(): ConnectionState;
  onState(listener: (state: ConnectionState) => void): () => void;
  start(signal: AbortSignal | undefined): Promise<void>;
  close(farewell: (link: Link) => Promise<unknown>): Promise<void>;
}

export interface LifelineOptions {
  establish(signal: AbortSignal, onEnd: (error: LibvirtError) => void): Promise<Link>;
  reconnect: boolean;
  random(): number;
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

const firstDelayMs = 100;
const longestDelayMs = 10_000;
/** A daemon that restarts is back by then; a caller learns of one that is not. */
const patienceMs = 5000;

type Standing = { at: "up"; link: Link } | { at: "down"; error: LibvirtError } | { at: "closed"; error: LibvirtError | undefined };

interface Waiter {
  resolve(link: Link): void;
  reject(error: LibvirtError): void;
}

export function createLifeline({ establish, reconnect, random, sleep }: LifelineOptions): Lifeline {
  let standing: Standing = { at: "down", error: new LibvirtError("UNREACHABLE", "not connected yet") };
  const waiters = new Set<Waiter>();
  const listeners = new Set<(state: ConnectionState) => void>();
  const closing = new AbortController();

  function become(next: Standing): void {
    standing = next;
    const settle = [...waiters];
    if (next.at !== "down") waiters.clear();
    for (const waiter of settle) {
      if (next.at === "up") waiter.resolve(next.link);
      else if (next.at === "closed") waiter.reject(closedError(next.error));
    }
    for (const listener of [...listeners]) listener(stateOf(next));
  }

  async function establishOnce(signal: AbortSignal): Promise<void> {
    let established = false;
    const link = await establish(signal, (error) => {
      if (established) ended(error);
    });
    if (closing.signal.aborted) {
      link.end(closedError(undefined));
      throw closedError(undefined);
    }
    established = true;
    become({ at: "up", link });
  }

  function ended(error: LibvirtError): void {
    if (standing.at === "closed") return;
    become({ at: reconnect ? "down" : "closed", error });
    if (reconnect) void comeBack();
  }

  async function comeBack(): Promise<void> {
    for (let delayMs = firstDelayMs; standing.at === "down"; delayMs = Math.min(longestDelayMs, delayMs * 2)) {
      try {
        // Half of the delay is chance, so that many clients of a restarted daemon don't come at once.
        await sleep(delayMs * (0.5 + random() / 2), closing.signal);
        await establishOnce(closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        become({ at: "down", error: toLibvirtError(error, "UNREACHABLE", "reconnecting failed") });
      }
    }
  }

  return {
    link: () => (standing.at === "up" ? standing.link : undefined),
    state: () => stateOf(standing),
    start: (signal) => establishOnce(signal ? AbortSignal.any([signal, closing.signal]) : closing.signal),

    nextLink(name, deadlineMs, signal) {
      return new Promise((resolve, reject) => {
        if (standing.at === "up") return resolve(standing.link);
        if (standing.at === "closed") return reject(closedError(standing.error));
        const patience = Math.min(deadlineMs, patienceMs);
        const waiter: Waiter = {
          resolve(link) {
            done();
            resolve(link);
          },
          reject(error) {
            done();
            reject(error);
          },
        };
        const timer = setTimeout(giveUp, patience);
        waiters.add(waiter);
        signal?.addEventListener("abort", abort, { once: true });

        function done(): void {
          clearTimeout(timer);
          waiters.delete(waiter);
          signal?.removeEventListener("abort", abort);
        }
        function giveUp(): void {
          const cause = standing.at === "down" ? standing.error : undefined;
          const why = cause ? `: ${cause.message}` : "";
          waiter.reject(
            new LibvirtError("UNREACHABLE", `${name}: not connected for ${patience} ms, never sent${why}`, { cause, procedure: name }),
          );
        }
        function abort(): void {
          waiter.reject(new LibvirtError("ABORTED", `${name}: aborted before it was sent`, { cause: signal?.reason, procedure: name }));
        }
        if (signal?.aborted) abort();
      });
    },

    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close(farewell) {
      if (standing.at === "closed") return;
      const link = standing.at === "up" ? standing.link : undefined;
      become({ at: "closed", error: undefined });
      closing.abort();
      if (!link) return;
      // The connection ends anyway; the daemon may be past listening.
      await farewell(link).catch(() => undefined);
      link.end(closedError(undefined));
    },
  };
}

const closedError = (cause: LibvirtError | undefined): LibvirtError =>
  new LibvirtError("CLOSED", cause ? `the connection is closed: ${cause.message}` : "the connection was closed", { cause });

function stateOf(standing: Standing): ConnectionState {
  switch (standing.at) {
    case "up":
      return { state: "connected" };
    case "down":
      return { state: "reconnecting", error: standing.error };
    case "closed":
      return standing.error ? { state: "closed", error: standing.error } : { state: "closed" };
  }
}
