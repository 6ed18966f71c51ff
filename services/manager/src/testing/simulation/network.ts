import { EventEmitter } from "node:events";
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { type CallSettings, defaultDeadlinesMs, fromServiceError, type ProviderClient, ProviderError } from "@remuda/contract";
import type { Chance } from "./chance";
import type { Scheduler } from "./scheduler";
import { type Site, wireOf } from "./site";
import type { Trace } from "./trace";

/** The process that calls: what a dead one sent may still arrive, and what is answered it is never heard. */
export interface Caller {
  readonly alive: boolean;
  /** A call is about to leave, or its answer about to be taken; may kill the caller. */
  guard(moment: "send" | "answer", method: string, request: object, site: Site): void;
}

/** What lies between the manager and its providers. */
export interface Network {
  connect(caller: Caller, site: Site): ProviderClient;
  /** Nothing arrives any more, either way, until `resume`; for long, and the connection counts as lost. */
  pause(site: Site): void;
  resume(site: Site): void;
  /** All connections break: what was under way may have arrived. */
  cut(site: Site): void;
  /** All streams end as those of a proxy that was restarted. */
  cutStreams(site: Site): void;
  /** The caller is dead: its connections break without anyone who could hear of it. */
  forget(caller: Caller): void;
}

/** Keepalive finds out in so long that nobody answers. */
const keepaliveMs = 30_000;
const mostLatencyMs = 20;

interface Connection {
  caller: Caller;
  site: Site;
  /** Of the process that it leads to; undefined: not established. */
  life: number | undefined;
  calls: Set<Call>;
  listeners: (() => void)[];
}

interface Call {
  isStream: boolean;
  /** The client sees it end so; only the first end counts. */
  fail(error: ProviderError): void;
  /** The server is told that nobody waits any more. */
  cancel(): void;
}

const broken = () => new ProviderError("UNAVAILABLE", "the connection broke");

export function createNetwork(scheduler: Scheduler, chance: Chance, trace: Trace): Network {
  const connections = new Set<Connection>();
  const held = new Map<Site, { messages: (() => void)[]; cancelKeepalive: () => void }>();

  const carry = (site: Site, message: () => void) =>
    scheduler.after(chance.between(0, mostLatencyMs), () => {
      const stopped = held.get(site);
      if (stopped) stopped.messages.push(message);
      else message();
    });

  const breakOff = (connection: Connection) => {
    const established = connection.life !== undefined;
    connection.life = undefined;
    for (const call of [...connection.calls]) {
      call.fail(broken());
      call.cancel();
    }
    if (established) for (const listener of connection.listeners) scheduler.after(chance.between(0, 5), listener);
  };
  const cut = (site: Site) => {
    for (const connection of connections) if (connection.site === site) breakOff(connection);
  };

  /** One call's way to the server. `answer` is what the client sees of each message and of the end. */
  const open = (
    connection: Connection,
    method: string,
    request: object,
    call: Call,
    serverCall: (sent: object, ended: () => void) => [object, ...unknown[]],
  ) => {
    const { site } = connection;
    const wire = wireOf(method);
    const sent = wire.request(request);
    const { life } = site;
    const emitter = new EventEmitter();
    let arrived = false;
    let cancelled = false;
    const cancel = () => {
      if (cancelled) return;
      cancelled = true;
      carry(site, () => site.up && site.life === life && arrived && emitter.emit("cancelled"));
    };
    const arrive = () => {
      // What was cancelled on its way may be overtaken by that, or not.
      if (cancelled && chance.happens(0.5)) return;
      if (!connection.caller.alive && site.life !== life) return;
      const handler = site.handler(method);
      if (!handler || (connection.life !== undefined && connection.life !== site.life)) return call.fail(broken());
      connection.life ??= site.life;
      arrived = true;
      const ended = site.underWay(() => emitter.emit("cancelled"));
      const [given, callback] = serverCall(sent, ended);
      Object.assign(given, { metadata: new Metadata(), on: (event: string, listener: () => void) => emitter.on(event, listener) });
      handler(given, callback as Parameters<typeof handler>[1]);
      if (cancelled) carry(site, () => site.life === life && emitter.emit("cancelled"));
    };
    carry(site, () => {
      // Something on the way may hold on to what a dead process had sent; but no change of hardware, since nobody looks whether that stays.
      if (connection.caller.alive || method === "reconfigure" || chance.happens(0.5)) arrive();
      else scheduler.after(chance.between(500, 60_000), () => carry(site, arrive));
    });
    return cancel;
  };

  const unary = (connection: Connection, method: keyof typeof defaultDeadlinesMs) => {
    const { caller, site } = connection;
    const wire = wireOf(method);
    return (request: object, { signal, deadlineMs }: CallSettings = {}): Promise<object> =>
      new Promise((resolve, reject) => {
        if (!caller.alive) return;
        if (signal?.aborted) return reject(new ProviderError("INTERRUPTED", "the call was cancelled"));
        const about = `${site.name} ${method} ${subjectOf(request)}`;
        caller.guard("send", method, request, site);
        if (!caller.alive && chance.happens(0.5)) return;
        trace.detail(`-> ${about}`);
        let settled = false;
        const settle = (end: () => void) => {
          if (settled) return;
          settled = true;
          connection.calls.delete(call);
          cancelDeadline();
          signal?.removeEventListener("abort", abort);
          if (!caller.alive) return;
          caller.guard("answer", method, request, site);
          if (caller.alive) end();
        };
        const call: Call = {
          isStream: false,
          fail(error) {
            scheduler.after(0, () =>
              settle(() => {
                trace.detail(`<- ${about}: ${error.reason}`);
                reject(error);
              }),
            );
          },
          cancel: () => cancel(),
        };
        const abort = () => {
          call.fail(new ProviderError("INTERRUPTED", "the call was cancelled"));
          call.cancel();
        };
        const { life } = site;
        const cancel = open(connection, method, request, call, (sent, ended) => [
          { request: sent },
          (error: object | null, response?: object) => {
            ended();
            if (site.life !== life || !site.up) return;
            const answer = response && wire.response(response);
            carry(site, () =>
              settle(() => {
                const failure = error ? fromServiceError(error as ServiceError) : undefined;
                trace.detail(`<- ${about}: ${failure ? `${failure.reason} ${failure.message}` : told(answer)}`);
                if (failure) reject(failure);
                else resolve(answer ?? {});
              }),
            );
          },
        ]);
        connection.calls.add(call);
        signal?.addEventListener("abort", abort, { once: true });
        const cancelDeadline = scheduler.after(deadlineMs ?? defaultDeadlinesMs[method] + waitOf(request), () => {
          call.fail(new ProviderError("TIMEOUT", "no answer in time"));
          call.cancel();
        });
      });
  };

  const stream = (connection: Connection, method: string) =>
    async function* (request: object, { signal }: CallSettings = {}): AsyncGenerator<object, void, void> {
      const { caller, site } = connection;
      const wire = wireOf(method);
      const messages: object[] = [];
      let end: ProviderError | undefined;
      let wake = () => {};
      // What the server sent, in its order.
      const line: (() => void)[] = [];
      const call: Call = {
        isStream: true,
        fail(error) {
          end ??= error;
          scheduler.after(0, () => wake());
        },
        cancel: () => cancel(),
      };
      const abort = () => {
        call.fail(new ProviderError("INTERRUPTED", "the call was cancelled"));
        call.cancel();
      };
      const { life } = site;
      const send = (message: () => void) => {
        if (site.life !== life || !site.up) return;
        line.push(message);
        carry(site, () => {
          line.shift()?.();
          wake();
        });
      };
      trace.detail(`-> ${site.name} ${method}`);
      const cancel = open(connection, method, request, call, (sent) => [
        {
          request: sent,
          write(message: object, flushed?: () => void) {
            const copy = wire.response(message);
            send(() => {
              messages.push(copy);
              flushed?.();
            });
            return true;
          },
          emit(_event: "error", status: ServiceError) {
            send(() => call.fail(fromServiceError(status)));
          },
          end: () => send(() => call.fail(broken())),
        },
      ]);
      connection.calls.add(call);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        for (;;) {
          const message = messages.shift();
          if (!caller.alive) await new Promise(() => {});
          if (end) throw end;
          if (message) {
            trace.detail(`<- ${site.name} ${method}: ${told(message)}`);
            yield message;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } catch (error) {
        trace.detail(`<- ${site.name} ${method}: ${error instanceof ProviderError ? error.reason : error}`);
        throw error;
      } finally {
        connection.calls.delete(call);
        signal?.removeEventListener("abort", abort);
        call.cancel();
      }
    };

  return {
    connect(caller, site) {
      const connection: Connection = { caller, site, life: undefined, calls: new Set(), listeners: [] };
      connections.add(connection);
      const names = Object.keys(defaultDeadlinesMs) as (keyof typeof defaultDeadlinesMs)[];
      const client = {
        ...Object.fromEntries(names.map((name) => [name, unary(connection, name)])),
        watchVirtualMachines: stream(connection, "watchVirtualMachines"),
        onDisconnect: (listener: () => void) => void connection.listeners.push(() => caller.alive && listener()),
        close() {
          connection.listeners.splice(0);
          breakOff(connection);
          connections.delete(connection);
        },
      };
      // Built from the names of the methods; what has streams both ways is not simulated.
      return client as unknown as ProviderClient;
    },
    pause(site) {
      if (held.has(site)) return;
      const cancelKeepalive = scheduler.after(keepaliveMs, () => cut(site));
      held.set(site, { messages: [], cancelKeepalive });
    },
    resume(site) {
      const stopped = held.get(site);
      if (!stopped) return;
      held.delete(site);
      stopped.cancelKeepalive();
      for (const message of stopped.messages) carry(site, message);
    },
    cut,
    cutStreams(site) {
      for (const { site: of, calls } of connections) {
        if (of !== site) continue;
        for (const call of [...calls]) {
          if (!call.isStream) continue;
          call.fail(broken());
          call.cancel();
        }
      }
    },
    forget(caller) {
      for (const connection of [...connections]) {
        if (connection.caller !== caller) continue;
        connections.delete(connection);
        for (const call of connection.calls) call.cancel();
      }
    },
  };
}

// Requests and answers, in a word.
const fieldOf = (message: object, field: string) => (message as Record<string, unknown>)[field];
const waitOf = (request: object) => {
  const wait = fieldOf(request, "wait") as { seconds: number; nanos: number } | undefined;
  return wait ? wait.seconds * 1000 + wait.nanos / 1e6 : 0;
};
const subjectOf = (request: object) => {
  const words = ["uid", "id", "taskRef", "operation", "name"].map((field) => fieldOf(request, field));
  return words.filter((word) => word !== undefined && word !== "").join(" ");
};
function told(answer: object | undefined): string {
  if (!answer) return "";
  const machine = fieldOf(answer, "virtualMachine") as { id: string; state: number; powerState: number } | undefined;
  const task = fieldOf(answer, "task") as { ref: string } | undefined;
  const events = fieldOf(answer, "events") as
    | { event?: { $case: string; value: { id?: string; state?: number; powerState?: number } } }[]
    | undefined;
  const words = [
    machine && `${machine.id} state ${machine.state} power ${machine.powerState}`,
    task && `task ${task.ref}`,
    fieldOf(answer, "done") !== undefined && `done ${fieldOf(answer, "done")}`,
    fieldOf(answer, "error") && "with an error",
    events
      ?.map(({ event }) => `${event?.$case} ${event?.value.id ?? ""} ${event?.value.state ?? ""} ${event?.value.powerState ?? ""}`.trim())
      .join(", "),
  ];
  return words.filter(Boolean).join(", ") || "ok";
}
