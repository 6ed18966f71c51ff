import { LibvirtError } from "./error";
import { type EventFamily, type EventKind, type EventSubject, registrations } from "./table/event";
import { events } from "./table/events";
import type { Procedure } from "./table/procedure";
import { remoteProgram } from "./table/procedure";
import type { Frame } from "./wire/frame";
import type { Value } from "./xdr/codec";
import { createReader } from "./xdr/reader";

type Events = typeof events;
export type EventName = keyof Events;
/** What an event tells. */
export type EventOf<E extends EventName> = Value<Events[E]["payload"]>;
type SubjectOf<E extends EventName> = EventSubject[Events[E]["family"]];

export interface SubscribeOptions<E extends EventName> {
  /** Only events of this machine, network, pool …; without, of all. */
  of?: SubjectOf<E>;
  /** The connection was lost and is back: what happened meanwhile was not told. */
  onMissed?: () => void;
  /** The subscription could not be renewed on a new connection, and is over. */
  onEnd?: (error: LibvirtError) => void;
}

export interface Subscription {
  /** Nothing is told any more; the daemon is asked to stop where it can be reached. */
  close(): Promise<void>;
}

/** How the router calls the daemon on the connection of the moment. */
export type CallOnce = <A, R>(procedure: Procedure<A, R>, args: A, name: string) => Promise<R>;

export interface EventRouter {
  subscribe<E extends EventName>(
    event: E,
    listener: (event: EventOf<E>) => void,
    options: SubscribeOptions<E>,
    call: CallOnce,
  ): Promise<Subscription>;
  receive(frame: Frame): void;
  /** The connection is gone, and with it what was registered on it. */
  disconnected(): void;
  /** Asks a new connection for everything that was asked before. */
  renew(call: CallOnce): Promise<void>;
}

interface Subscriber {
  readonly name: EventName;
  readonly kind: EventKind<object>;
  readonly of: EventSubject[EventFamily] | undefined;
  readonly onMissed: (() => void) | undefined;
  readonly onEnd: ((error: LibvirtError) => void) | undefined;
  tell(event: unknown): void;
  callbackId: number | undefined;
}

interface Early {
  route: string;
  event: unknown;
}

const kinds = new Map(Object.values(events).map((kind: EventKind<object>) => [kind.message, kind]));
const maxEarly = 10_000;

export function createEventRouter(): EventRouter {
  const subscribers = new Set<Subscriber>();
  const routes = new Map<string, Subscriber>();
  // An event can come before the reply that says under which number events come.
  let registering = 0;
  let early: Early[] = [];

  const routeOf = (message: number, callbackId: number): string => `${message}:${callbackId}`;

  async function register(subscriber: Subscriber, call: CallOnce): Promise<void> {
    const { kind, of, name } = subscriber;
    const { register, field } = registrations[kind.family];
    registering++;
    try {
      const args = { eventId: kind.eventId, [field]: of ?? null };
      const { callbackId } = await call(register, args, `subscribe ${name}`);
      const route = routeOf(kind.message, callbackId);
      subscriber.callbackId = callbackId;
      routes.set(route, subscriber);
      for (const waiting of early) if (waiting.route === route) subscriber.tell(waiting.event);
      early = early.filter((waiting) => waiting.route !== route);
    } finally {
      registering--;
      if (registering === 0) early = [];
    }
  }

  return {
    async subscribe(event, listener, { of, onMissed, onEnd }, call) {
      const subscriber: Subscriber = {
        name: event,
        kind: events[event],
        of,
        onMissed,
        onEnd,
        // What a kind's codec read is what its listener takes.
        tell: (told) => callListener(() => listener(told as EventOf<typeof event>)),
        callbackId: undefined,
      };
      await register(subscriber, call);
      subscribers.add(subscriber);
      return {
        async close() {
          if (!subscribers.delete(subscriber)) return;
          const { kind, callbackId } = subscriber;
          if (callbackId === undefined || !routes.delete(routeOf(kind.message, callbackId))) return;
          await call(registrations[kind.family].deregister, { callbackId }, `unsubscribe ${event}`).catch(ignoreUnreachable);
        },
      };
    },

    receive({ program, procedure, payload }) {
      const kind = program === remoteProgram ? kinds.get(procedure) : undefined;
      // A newer daemon's event that nobody here can have asked for.
      if (!kind) return;
      const event = kind.payload.decode(createReader(payload));
      const route = routeOf(procedure, event.callbackId);
      const subscriber = routes.get(route);
      if (subscriber) subscriber.tell(event);
      else if (registering > 0 && early.length < maxEarly) early.push({ route, event });
    },

    disconnected() {
      routes.clear();
      early = [];
      for (const subscriber of subscribers) subscriber.callbackId = undefined;
    },

    async renew(call) {
      for (const subscriber of subscribers) {
        try {
          await register(subscriber, call);
        } catch (error) {
          if (!(error instanceof LibvirtError) || error.reason !== "REFUSED") throw error;
          // Its machine or pool is gone: nothing will ever be told of it.
          subscribers.delete(subscriber);
          callListener(() => subscriber.onEnd?.(error));
        }
      }
      for (const { onMissed } of subscribers) callListener(() => onMissed?.());
    },
  };
}

/** A listener that throws breaks its own program, not the connection. */
function callListener(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The end of a connection ends its subscriptions too. */
function ignoreUnreachable(error: unknown): void {
  if (error instanceof LibvirtError && error.reason !== "REFUSED") return;
  throw error;
}
