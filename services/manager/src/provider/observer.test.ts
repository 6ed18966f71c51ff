import {
  type ListVirtualMachinesResponse,
  MachineState,
  ProviderError,
  VirtualMachine,
  type VirtualMachineEvent,
  type WatchVirtualMachinesResponse,
} from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import pino from "pino";
import { expect, test } from "vitest";
import { fastClock, waitFor } from "../testing/world";
import { createObserver } from "./observer";

const vm = (uid: string, name = uid) => VirtualMachine.fromPartial({ id: `id-${uid}`, uid, name, state: MachineState.READY });
const present = (machine: VirtualMachine): VirtualMachineEvent => ({ event: { $case: "present", value: machine } });
const gone = (uid: string): VirtualMachineEvent => ({ event: { $case: "gone", value: { id: `id-${uid}`, uid: "" } } });
const bookmark: VirtualMachineEvent = { event: { $case: "bookmark", value: {} } };

/** Streams that say what the test says; the list is what it is given. */
function platform() {
  const streams: { push(...events: VirtualMachineEvent[]): void; fail(): void }[] = [];
  let listed: VirtualMachine[] = [];
  async function* watch(): AsyncGenerator<WatchVirtualMachinesResponse, void, void> {
    const queue: (VirtualMachineEvent[] | "fail")[] = [];
    let wake = () => {};
    const put = (item: VirtualMachineEvent[] | "fail") => {
      queue.push(item);
      wake();
    };
    streams.push({ push: (...events) => put(events), fail: () => put("fail") });
    for (;;) {
      const item = queue.shift();
      if (item === "fail") throw new ProviderError("UNAVAILABLE", "broken");
      if (item) yield { events: item };
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    streams,
    list: (machines: VirtualMachine[]) => {
      listed = machines;
    },
    calls: {
      watchVirtualMachines: watch,
      listVirtualMachines: (): Promise<ListVirtualMachinesResponse> => Promise.resolve({ virtualMachines: listed, nextPageToken: "" }),
      describe: () => Promise.reject(new ProviderError("NOT_FOUND", "no machine")),
    },
  };
}

function observed(factor = 1, confirm = () => Promise.resolve(true)) {
  const there = platform();
  const changes: string[] = [];
  const views: string[] = [];
  const observer = createObserver({
    calls: there.calls,
    owner: "o",
    clock: fastClock(factor),
    log: pino({ level: "silent" }),
    confirm,
    onChange: (uid) => changes.push(uid),
    onView: (view) => views.push(view),
  });
  const stream = (index: number) =>
    waitFor(
      () => there.streams[index],
      () => `no stream ${index}`,
    );
  const until = (what: () => boolean) =>
    waitFor(
      () => what() || undefined,
      () => JSON.stringify({ changes, views }),
    );
  return { ...there, observer, changes, views, stream, until };
}

test("nothing is absent before the snapshot is whole", async () => {
  const { observer, stream, until, views } = observed();
  (await stream(0)).push(present(vm("a")));
  await until(() => observer.sight("a").state === "present");
  expect(observer.sight("b")).toEqual({ state: "unknown" });
  (await stream(0)).push(bookmark);
  await until(() => views.includes("live"));
  expect(observer.sight("b")).toEqual({ state: "absent" });
  observer.close();
});

test("a change wakes one machine, a repetition none", async () => {
  const { observer, stream, until, changes } = observed();
  (await stream(0)).push(present(vm("a")), present(vm("b")), bookmark);
  await until(() => changes.length === 2);
  (await stream(0)).push(present(vm("a")), present(vm("b", "renamed")), gone("a"));
  await until(() => changes.length === 4);
  expect(changes).toEqual(["a", "b", "b", "a"]);
  expect(observer.sight("a")).toEqual({ state: "absent" });
  observer.close();
});

test("the end of an id that a machine had before says nothing of the machine", async () => {
  const { observer, stream, until, changes } = observed();
  (await stream(0)).push(present(vm("a")), bookmark);
  (await stream(0)).push(present({ ...vm("a"), id: "id-new" }), gone("a"), present(vm("last")));
  await until(() => changes.includes("last"));
  expect(observer.sight("a")).toMatchObject({ state: "present", machine: { id: "id-new" } });
  observer.close();
});

test("a machine that was asked for during a short break is told when the view is whole again, also where nothing about it changed", async () => {
  const { observer, stream, until, changes, views } = observed();
  (await stream(0)).push(present(vm("a")), present(vm("b")), bookmark);
  await until(() => views.length === 1);
  (await stream(0)).fail();
  const again = await stream(1);
  changes.length = 0;
  expect(observer.sight("a")).toMatchObject({ live: false });
  observer.note(vm("c"));
  expect(observer.sight("c")).toMatchObject({ live: false });
  again.push(present(vm("a")), present(vm("b")), present(vm("c")), bookmark);
  await until(() => changes.length > 0);
  expect(changes).toEqual(["a", "c"]);
  expect(views).toEqual(["live"]);
  observer.close();
});

test("after a break the old view stays, untrusted, until the new snapshot is whole; what that lacks is gone", async () => {
  const { observer, stream, until, changes, views } = observed();
  (await stream(0)).push(present(vm("a")), present(vm("b")), bookmark);
  await until(() => views.length === 1);
  (await stream(0)).fail();
  const again = await stream(1);
  expect(observer.sight("a")).toMatchObject({ state: "present", live: false });
  expect(observer.sight("c")).toEqual({ state: "unknown" });
  changes.length = 0;
  again.push(present(vm("a")));
  again.push(bookmark);
  await until(() => changes.length > 0);
  // b is gone; the others were asked for meanwhile.
  expect(changes).toEqual(["b", "a", "c"]);
  expect(observer.sight("b")).toEqual({ state: "absent" });
  expect(views).toEqual(["live"]);
  observer.close();
});

test("what a stream shows is held back until the platform is known to be the right one", async () => {
  const asked: ((right: boolean) => void)[] = [];
  const { observer, stream, until, changes, views } = observed(1, () => new Promise((tell) => asked.push(tell)));
  (await stream(0)).push(present(vm("a")));
  (await stream(0)).push(bookmark);
  await until(() => asked.length === 1);
  expect(observer.sight("a")).toEqual({ state: "unknown" });
  asked[0]?.(true);
  await until(() => views.includes("live"));
  expect(observer.sight("a").state).toBe("present");
  (await stream(0)).fail();
  // Another platform, which has no machine.
  (await stream(1)).push(bookmark);
  await until(() => asked.length === 2);
  asked[1]?.(false);
  // A stream that broke before its answer came is not believed afterwards.
  (await stream(1)).fail();
  (await stream(2)).push(bookmark);
  await until(() => asked.length === 3);
  (await stream(2)).fail();
  await stream(3);
  asked[2]?.(true);
  await Promise.resolve();
  expect(changes).toEqual(["a"]);
  expect(observer.sight("a")).toMatchObject({ state: "present", live: false });
  observer.close();
});

test("a break that lasts is told, and so is its end", async () => {
  const { observer, stream, until, views } = observed(50);
  (await stream(0)).push(bookmark);
  await until(() => views.length === 1);
  (await stream(0)).fail();
  await until(() => views.length === 2);
  expect(observer.lostSinceMs).toBeGreaterThan(0);
  const last = await waitFor(
    async () => (await stream(1)) && observer,
    () => "",
  );
  expect(views).toEqual(["live", "lost"]);
  (await stream(1)).push(bookmark);
  await until(() => views.length === 3);
  expect(last.lostSinceMs).toBeUndefined();
  observer.close();
});

test("the seldom list finds what the stream missed", async () => {
  const { observer, stream, until, changes, list } = observed(20_000);
  list([vm("a"), vm("c")]);
  (await stream(0)).push(present(vm("a")), present(vm("b")), bookmark);
  await until(() => changes.includes("c"));
  await until(() => observer.sight("b").state === "absent");
  expect(observer.sight("a").state).toBe("present");
  observer.close();
});

test("a list whose pages never end is given up, and changes nothing", async () => {
  const clock = virtualClock();
  const { calls, streams } = platform();
  let pages = 0;
  const listVirtualMachines = (): Promise<ListVirtualMachinesResponse> => {
    if (++pages > 50) throw new Error("reads pages without end");
    return Promise.resolve({ virtualMachines: [], nextPageToken: "again" });
  };
  const observer = createObserver({
    calls: { ...calls, listVirtualMachines },
    owner: "o",
    clock,
    log: pino({ level: "silent" }),
    confirm: () => Promise.resolve(true),
    onChange: () => {},
    onView: () => {},
  });
  streams[0]?.push(present(vm("a")), bookmark);
  await clock.advance(900_000);
  expect(pages).toBe(2);
  expect(observer.sight("a").state).toBe("present");
  observer.close();
});
