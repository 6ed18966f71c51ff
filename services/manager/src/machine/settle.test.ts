import { IsTaskCompleteResponse as TaskState } from "@remuda/contract";
import type { PendingTask, VirtualMachineStatus } from "@remuda/resources";
import { expect, test } from "vitest";
import type { Connection } from "../provider/connection";
import { createPhase, type Phase, shown } from "../testing/phase";
import { settle } from "./settle";
import { condition, type Work } from "./work";

const task: PendingTask = { operation: "Create", ref: "t-1", startedAt: "2026-01-01T00:00:00.000Z" };
/** Asked for as of generation 1. */
const launched: Partial<VirtualMachineStatus> = {
  id: "m-1",
  provider: "sim",
  launchedAt: "2026-01-01T00:00:00.000Z",
  task,
  conditions: [
    {
      type: "Created",
      status: "False",
      reason: "Launching",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00.000Z",
      observedGeneration: 1,
    },
  ],
};
const run = (phase: Phase, work: Work) => settle(work, phase.connection, phase.context);
const done = TaskState.fromPartial({ done: true });

test("a machine counts as made from the spec that was asked for, not from a newer one", async () => {
  const phase = await createPhase({ status: launched, calls: { isTaskComplete: () => Promise.resolve(done) } });
  const work = await phase.begin();
  work.vm = { ...work.vm, metadata: { ...work.vm.metadata, generation: 3 } };
  expect(run(phase, work)).toBe("pending");
  await phase.clock.advance(0);
  expect(run(phase, work)).toBe("ended");
  expect(condition(work.status, "Created")).toMatchObject({ status: "True", observedGeneration: 1 });
  expect(work.status).toMatchObject({ observedGeneration: 1 });
});

test("a task that has ended is followed no more", async () => {
  const phase = await createPhase({ status: launched, calls: { isTaskComplete: () => Promise.resolve(done) } });
  const work = await phase.begin();
  run(phase, work);
  expect(phase.connection.tasks.size).toBe(1);
  await phase.clock.advance(0);
  run(phase, work);
  expect(phase.connection.tasks.size).toBe(0);
  expect(work.status.task).toBeUndefined();
});

test.each<[string, (uid: string) => ReturnType<Connection["observer"]["sight"]>]>([
  ["is shown without its task", (uid) => ({ state: "present", machine: shown(uid), live: true })],
  ["is not shown any more", () => ({ state: "absent" })],
])("a task whose machine %s is asked about at once", async (_, see) => {
  let sight: ReturnType<Connection["observer"]["sight"]> = { state: "unknown" };
  let polls = 0;
  const phase = await createPhase({
    status: launched,
    sight: () => sight,
    calls: { isTaskComplete: () => Promise.resolve(TaskState.fromPartial({ done: ++polls > 1 })) },
  });
  const work = await phase.begin();
  run(phase, work);
  await phase.clock.advance(0);
  expect(polls).toBe(1);
  run(phase, work);
  await phase.clock.advance(0);
  expect(polls).toBe(1);
  sight = see(work.vm.metadata.uid);
  run(phase, work);
  await phase.clock.advance(0);
  expect(polls).toBe(2);
});
