import { type VirtualMachine, VirtualMachineEvent, WatchVirtualMachinesResponse } from "@remuda/contract";
import type { CallContext, Handlers } from "../reference/handler-types";
import { type Broken, later } from "./broken";

type Event = NonNullable<VirtualMachineEvent["event"]>;

/** Every event passes through; `change` gives what is sent instead. One per stream, so that it may remember. */
const through = (change: (owner: string) => (event: Event) => Event[]) => (correct: Handlers) => ({
  async *watchVirtualMachines(request: { owner: string }, call: CallContext) {
    const each = change(request.owner);
    for await (const { events } of correct.watchVirtualMachines(request, call)) {
      const sent = events.flatMap(({ event }) => (event ? each(event) : []));
      if (sent.length > 0) yield answer(sent);
    }
  },
});

const answer = (events: Event[]) =>
  WatchVirtualMachinesResponse.create({ events: events.map((event) => VirtualMachineEvent.create({ event })) });
const bookmark: Event = { $case: "bookmark", value: {} };
const present = (value: VirtualMachine): Event => ({ $case: "present", value });

/** Whether the bookmark has come yet. */
function phase() {
  let after = false;
  return (event: Event) => {
    if (event.$case === "bookmark") after = true;
    return after;
  };
}

export const brokenWatch: Broken[] = [
  {
    rule: "watch-snapshot",
    fault: "the snapshot shows no uids",
    handlers: through(() => {
      const isAfter = phase();
      return (event) => (!isAfter(event) && event.$case === "present" ? [present({ ...event.value, uid: "" })] : [event]);
    }),
  },
  {
    rule: "watch-bookmark",
    fault: "a bookmark comes after every change",
    handlers: through(() => {
      const isAfter = phase();
      return (event) => (isAfter(event) && event.$case === "present" ? [event, bookmark] : [event]);
    }),
  },
  {
    rule: "watch-create",
    fault: "a new machine is shown once and never again",
    mayFail: ["watch-reconnect"],
    handlers: through(() => {
      const isAfter = phase();
      const known = new Set<string>();
      const shown = new Set<string>();
      return (event) => {
        const after = isAfter(event);
        if (event.$case !== "present") return [event];
        const { id } = event.value;
        if (!after) known.add(id);
        if (known.has(id)) return [event];
        if (shown.has(id)) return [];
        shown.add(id);
        return [event];
      };
    }),
  },
  {
    rule: "watch-change",
    fault: "changes of machines that were in the snapshot are not shown",
    mayFail: ["watch-reconnect"],
    handlers: through(() => {
      const isAfter = phase();
      const known = new Set<string>();
      return (event) => {
        const after = isAfter(event);
        if (event.$case !== "present") return [event];
        if (after) return known.has(event.value.id) ? [] : [event];
        known.add(event.value.id);
        return [event];
      };
    }),
  },
  {
    rule: "watch-delete",
    fault: "what is gone is told without its uid",
    handlers: through(() => (event) => (event.$case === "gone" ? [{ $case: "gone", value: { ...event.value, uid: "" } }] : [event])),
  },
  {
    rule: "watch-reconnect",
    fault: "the watch reads the snapshot, and begins to listen a while later",
    latencyMs: 40,
    handlers: (correct, { machines }) => ({
      async *watchVirtualMachines({ owner }, call) {
        const snapshot = [...machines.values()]
          .map(({ shown }) => structuredClone(shown))
          .filter((machine) => owner === "" || machine.owner === owner);
        await later(150);
        // Listens from here on: what its own snapshot shows is thrown away.
        const isAfter = phase();
        for await (const { events } of correct.watchVirtualMachines({ owner }, call)) {
          const sent = events.flatMap(({ event }) => {
            if (!event || !isAfter(event)) return [];
            return event.$case === "bookmark" ? [...snapshot.map(present), bookmark] : [event];
          });
          if (sent.length > 0) yield answer(sent);
        }
      },
    }),
  },
  {
    rule: "watch-owner",
    fault: "a watch by owner shows everything",
    handlers: (correct) => ({ watchVirtualMachines: (_request, call) => correct.watchVirtualMachines({ owner: "" }, call) }),
  },
  {
    rule: "watch-everything",
    fault: "a watch without an owner shows no machines",
    handlers: through((owner) => (event) => (owner === "" && event.$case === "present" ? [] : [event])),
  },
  { rule: "watch-heartbeat", fault: "there are no heartbeats", heartbeatMs: 1 << 30 },
];
