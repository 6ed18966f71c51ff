import {
  type DescribeResponse,
  type ListVirtualMachinesResponse,
  ProviderError,
  VirtualMachine,
  type VirtualMachineEvent,
  type WatchVirtualMachinesResponse,
} from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import pino from "pino";
import { expect, test } from "vitest";
import { createObserver } from "./observer";

const vm = (uid: string, name = uid) => VirtualMachine.fromPartial({ id: `id-${uid}`, uid, name });
const present = (machine: VirtualMachine): VirtualMachineEvent => ({ event: { $case: "present", value: machine } });
const gone = (uid: string): VirtualMachineEvent => ({ event: { $case: "gone", value: { id: `id-${uid}`, uid } } });
const bookmark: VirtualMachineEvent = { event: { $case: "bookmark", value: {} } };
const heartbeat: VirtualMachineEvent = { event: { $case: "heartbeat", value: {} } };
const { signal } = new AbortController();

/** An observer in standing time, whose streams, lists and Describes are answered by the test. */
function observed() {
  const clock = virtualClock({ startMs: 1_700_000_000_000 });
  const streams: { push(...events: VirtualMachineEvent[]): void; fail(): void; open: boolean }[] = [];
  const lists: ((...machines: VirtualMachine[]) => void)[] = [];
  const describes: ((machine: VirtualMachine) => void)[] = [];
  const changes: string[] = [];
  const views: string[] = [];
  async function* watchVirtualMachines(_: unknown, settings?: { signal?: AbortSignal }): AsyncGenerator<WatchVirtualMachinesResponse> {
    const queue: (VirtualMachineEvent[] | "fail")[] = [];
    let wake = () => {};
    const put = (item: VirtualMachineEvent[] | "fail") => {
      queue.push(item);
      wake();
    };
    const stream = { push: (...events: VirtualMachineEvent[]) => put(events), fail: () => put("fail"), open: true };
    streams.push(stream);
    settings?.signal?.addEventListener("abort", () => put("fail"));
    for (;;) {
      const item = queue.shift();
      if (item === "fail") {
        stream.open = false;
        throw new ProviderError("UNAVAILABLE", "broken");
      }
      if (item) yield { events: item };
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  const calls = {
    watchVirtualMachines,
    listVirtualMachines: () =>
      new Promise<ListVirtualMachinesResponse>((resolve) =>
        lists.push((...virtualMachines) => resolve({ virtualMachines, nextPageToken: "" })),
      ),
    describe: () =>
      new Promise<DescribeResponse & { virtualMachine: VirtualMachine }>((resolve) =>
        describes.push((virtualMachine) => resolve({ virtualMachine })),
      ),
  };
  const options = {
    calls,
    owner: "o",
    clock,
    log: pino({ level: "silent" }),
    confirm: () => Promise.resolve(true),
    onChange: (uid: string) => changes.push(uid),
    onView: (view: string) => views.push(view),
  };
  const observer = createObserver(options);
  const nameOf = (uid: string) => {
    const sight = observer.sight(uid);
    return sight.state === "present" ? sight.machine.name : sight.state;
  };
  /** The newest stream says so. */
  const say = async (...events: VirtualMachineEvent[]) => {
    streams.at(-1)?.push(...events);
    await clock.advance(0);
  };
  const breakOff = async () => {
    streams.at(-1)?.fail();
    await clock.advance(0);
  };
  /** Lets time pass until the seldom list is under way. */
  const untilList = async () => {
    for (let i = 0; lists.length === 0 && i < 15; i++) {
      await clock.advance(60_000);
      await say(heartbeat);
    }
  };
  return { clock, streams, lists, describes, changes, views, observer, nameOf, say, breakOff, untilList };
}

test("an answer to Describe that something newer overtook is dropped; what is known is answered", async () => {
  const { say, describes, observer, nameOf } = observed();
  await say(present(vm("a", "v1")), bookmark);
  const overtaken = observer.look("id-a", "a", signal);
  await say(present(vm("a", "v3")));
  describes[0]?.(vm("a", "v2"));
  expect((await overtaken)?.name).toBe("v3");
  expect(nameOf("a")).toBe("v3");
  const newest = observer.look("id-a", "a", signal);
  describes[1]?.(vm("a", "v4"));
  expect((await newest)?.name).toBe("v4");
  expect(nameOf("a")).toBe("v4");
  observer.close();
});

test.each([
  ["an event", async ({ say }: ReturnType<typeof observed>) => say(gone("a"))],
  [
    "a new snapshot",
    async ({ clock, breakOff, say }: ReturnType<typeof observed>) => {
      await breakOff();
      await clock.advance(1_000);
      await say(bookmark);
    },
  ],
  [
    "a Describe that found nothing",
    ({ observer }: ReturnType<typeof observed>) => {
      observer.drop("a");
      return Promise.resolve();
    },
  ],
])("a machine that %s showed as gone is not brought back by answers that were asked for before", async (_, goes) => {
  const all = observed();
  const { clock, say, lists, describes, observer, nameOf, untilList } = all;
  await say(present(vm("a")), bookmark);
  await untilList();
  const look = observer.look("id-a", "a", signal);
  await goes(all);
  lists[0]?.(vm("a"));
  describes[0]?.(vm("a"));
  await look;
  await clock.advance(0);
  expect(nameOf("a")).toBe("absent");
  observer.close();
});

test("a list undoes nothing that was told while it was under way", async () => {
  const { clock, say, lists, observer, nameOf, untilList } = observed();
  await say(present(vm("changed", "before")), present(vm("unlisted", "before")), bookmark);
  await untilList();
  expect(lists).toHaveLength(1);
  await say(present(vm("changed", "after")), present(vm("unlisted", "after")), present(vm("new")));
  observer.note(vm("created"));
  lists[0]?.(vm("changed", "before"));
  await clock.advance(0);
  expect(["changed", "unlisted", "new", "created"].map(nameOf)).toEqual(["after", "after", "new", "created"]);
  observer.close();
});

test("a machine that is told again unchanged stays the same object", async () => {
  const { say, observer } = observed();
  await say(present(vm("a")), bookmark);
  const before = observer.sight("a");
  await say(present(vm("a")));
  const after = observer.sight("a");
  expect(before.state === "present" && after.state === "present" && before.machine === after.machine).toBe(true);
  observer.close();
});

test("a stream that says something now and then is kept; one that falls silent is opened anew", async () => {
  const { clock, streams, say, observer } = observed();
  await say(bookmark);
  for (let i = 0; i < 5; i++) {
    await clock.advance(80_000);
    await say(heartbeat);
  }
  expect(streams).toHaveLength(1);
  await clock.advance(90_000);
  expect(streams[0]?.open).toBe(false);
  await clock.advance(1_000);
  expect(streams).toHaveLength(2);
  observer.close();
});

test("of several short breaks none is told as a loss", async () => {
  const { clock, streams, views, say, breakOff, observer } = observed();
  await say(bookmark);
  await breakOff();
  await clock.advance(1_000);
  await say(bookmark);
  await clock.advance(8_000);
  await breakOff();
  // Ten seconds after the first break, two after the second.
  await clock.advance(2_000);
  expect(streams).toHaveLength(3);
  expect([views, observer.lostSinceMs]).toEqual([["live"], undefined]);
  await clock.advance(8_000);
  expect(views).toEqual(["live", "lost"]);
  expect(observer.lostSinceMs).toBe(clock.now() - 10_000);
  observer.close();
});

test("a stream that breaks right after its snapshot is opened ever more seldom, one that stood for a while at once", async () => {
  const { clock, streams, say, breakOff, observer } = observed();
  for (let ms = 0; ms < 60_000; ms += 100) {
    if (streams.at(-1)?.open) {
      await say(bookmark);
      await breakOff();
    }
    await clock.advance(100);
  }
  expect(streams.length).toBeGreaterThan(5);
  expect(streams.length).toBeLessThan(15);
  while (!streams.at(-1)?.open) await clock.advance(100);
  const before = streams.length;
  await say(bookmark);
  await clock.advance(60_000);
  await breakOff();
  await clock.advance(200);
  expect(streams).toHaveLength(before + 1);
  observer.close();
});
