import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  asProviderError,
  ProviderError,
  type VirtualMachine,
  type VirtualMachineEvent,
  type WatchVirtualMachinesRequest,
  type WatchVirtualMachinesResponse,
} from "@remuda/contract";
import type { Clock } from "./clock";
import type { OpenCall } from "./rpc";

const eventsPerMessage = 500;
// Not the stream's own mark: that one counts sixteen messages, however large.
const messagesAhead = 4;

export interface WatchStreamOptions {
  heartbeatMs: number;
  /** Changes that may wait for a slow client after its snapshot. */
  maxPending: number;
}

export type WatchCall = ServerWritableStream<WatchVirtualMachinesRequest, WatchVirtualMachinesResponse>;

/** One watcher: snapshot, one bookmark, then changes, of one owner's machines. It never makes anyone else wait. */
export interface WatchStream {
  /** Aborts when the stream has ended, for whatever reason. */
  readonly over: AbortSignal;
  present(machine: VirtualMachine): void;
  gone(id: string, uid: string): void;
  /** The snapshot is complete. Again: nothing happens. */
  bookmark(): void;
  /** Resolves when little is left to send: whoever brings a snapshot waits for it. */
  room(): Promise<void>;
  fail(error: unknown): void;
}

export function createWatchStream(
  call: WatchCall,
  opened: OpenCall,
  clock: Clock,
  { heartbeatMs, maxPending }: WatchStreamOptions,
): WatchStream {
  const { owner } = call.request;
  // The newest event of each machine, in the order in which the machines were first touched.
  const pending = new Map<string, VirtualMachineEvent>();
  const shown = new Set<string>();
  const waitingForRoom = new Set<() => void>();
  let bookmarkDue = false;
  let bookmarked = false;
  let flushing = false;
  let unsent = 0;
  let blockedSince: number | undefined;
  let wroteAt = clock.now();
  const over = new AbortController();
  let cancelHeartbeat = () => {};

  function finish(error?: unknown): void {
    if (over.signal.aborted) return;
    over.abort();
    pending.clear();
    shown.clear();
    cancelHeartbeat();
    releaseWaiting();
    const answer = opened.end(error);
    if (!opened.signal.aborted && answer) call.emit("error", answer);
  }

  function releaseWaiting(): void {
    for (const resolve of waitingForRoom) resolve();
    waitingForRoom.clear();
  }

  function write(events: VirtualMachineEvent[]): void {
    wroteAt = clock.now();
    unsent += 1;
    if (unsent === messagesAhead) blockedSince = wroteAt;
    call.write({ events }, () => {
      unsent -= 1;
      if (blockedSince === undefined) return;
      blockedSince = undefined;
      flush();
    });
  }

  function flush(): void {
    flushing = false;
    while (!over.signal.aborted && blockedSince === undefined && (pending.size > 0 || bookmarkDue)) write(nextEvents());
    if (pending.size < eventsPerMessage) releaseWaiting();
  }

  function nextEvents(): VirtualMachineEvent[] {
    const events: VirtualMachineEvent[] = [];
    for (const [id, event] of pending) {
      if (events.length === eventsPerMessage) return events;
      pending.delete(id);
      events.push(event);
    }
    if (bookmarkDue && events.length < eventsPerMessage) {
      events.push({ event: { $case: "bookmark", value: {} } });
      bookmarkDue = false;
    }
    return events;
  }

  function later(): void {
    if (flushing || over.signal.aborted || blockedSince !== undefined) return;
    flushing = true;
    setImmediate(flush);
  }

  function push(id: string, event: VirtualMachineEvent): void {
    if (over.signal.aborted) return;
    pending.set(id, event);
    if (bookmarked && !bookmarkDue && pending.size > maxPending) finish(fellBehind());
    else later();
  }

  function heartbeat(): void {
    cancelHeartbeat = clock.setTimer(() => {
      if (blockedSince !== undefined && clock.now() - blockedSince > 3 * heartbeatMs) return finish(fellBehind());
      if (blockedSince === undefined && clock.now() - wroteAt >= heartbeatMs / 2) write([{ event: { $case: "heartbeat", value: {} } }]);
      heartbeat();
    }, heartbeatMs / 2);
  }

  opened.signal.addEventListener("abort", () => finish(opened.signal.reason), { once: true });
  heartbeat();

  function gone(id: string, uid: string): void {
    // Of a machine that this watcher never saw there is nothing to say: it may be someone else's.
    if (owner !== "" && !shown.delete(id)) return;
    push(id, { event: { $case: "gone", value: { id, uid } } });
  }

  return {
    over: over.signal,
    present(machine) {
      if (owner !== "" && machine.owner !== owner) return gone(machine.id, machine.uid);
      if (owner !== "") shown.add(machine.id);
      push(machine.id, { event: { $case: "present", value: machine } });
    },
    gone,
    bookmark() {
      if (bookmarked || over.signal.aborted) return;
      bookmarked = true;
      bookmarkDue = true;
      later();
    },
    room: () =>
      over.signal.aborted || pending.size < eventsPerMessage
        ? Promise.resolve()
        : new Promise<void>((resolve) => waitingForRoom.add(resolve)),
    fail: (error) => finish(asProviderError(error)),
  };
}

const fellBehind = () => new ProviderError("UNAVAILABLE", "fell behind: watch again");
