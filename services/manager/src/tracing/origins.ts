import type { Tracing } from "@remuda/tracing";

/** What the manager needs to trace requests through to the calls that they lead to. */
export interface Traces {
  tracing: Tracing;
  origins: Origins;
}

/** Which request of the API led to what is being done for a machine, as traceparents by the machine's name. Bounded; the oldest are forgotten. */
export interface Origins {
  /** Before anything is written: the work for it may begin before the request is answered. Answers how to take it back. */
  begin(names: readonly string[], traceparent: string): (name: string) => void;
  of(name: string): string | undefined;
  /** What was asked for is done: what comes later has other causes. */
  settled(name: string, traceparent: string): void;
}

export function createOrigins(most = 10_000): Origins {
  const origins = new Map<string, string>();
  const settled = (name: string, traceparent: string) => {
    if (origins.get(name) === traceparent) origins.delete(name);
  };
  return {
    begin(names, traceparent) {
      const before = new Map<string, string>();
      for (const name of names.slice(-most)) {
        const former = origins.get(name);
        if (former !== undefined) before.set(name, former);
        origins.delete(name);
        origins.set(name, traceparent);
      }
      for (const name of origins.keys()) {
        if (origins.size <= most) break;
        origins.delete(name);
      }
      return (name) => {
        const former = before.get(name);
        if (former === undefined) settled(name, traceparent);
        else if (origins.get(name) === traceparent) origins.set(name, former);
      };
    },
    of: (name) => origins.get(name),
    settled,
  };
}
