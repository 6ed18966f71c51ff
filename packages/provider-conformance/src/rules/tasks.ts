import { setTimeout as pause } from "node:timers/promises";
import {
  CancelTaskRequest,
  type CreateRequest,
  durationFromMs,
  fromStatus,
  IsTaskCompleteRequest,
  type IsTaskCompleteResponse,
  type Task,
} from "@remuda/contract";
import type { RuleContext } from "../context";
import { restart } from "../declared";
import { check, checkEqual, present, type Skipped, skip } from "../expect";
import type { Rule } from "../rule";

const synchronous: Skipped = skip("this provider's Create answers no task");

interface Creation {
  id: string;
  request: CreateRequest;
  task: Task;
}

/** A machine that is being made; undefined where Create answers only when it is done. */
async function begin(ctx: RuleContext): Promise<Creation | undefined> {
  const request = ctx.createRequest();
  const { virtualMachine, task } = await ctx.create(request);
  return task && { id: present(virtualMachine, "virtual_machine").id, request, task };
}

const look = (ctx: RuleContext, { ref }: Task, waitMs?: number): Promise<IsTaskCompleteResponse> => {
  const wait = waitMs === undefined ? undefined : durationFromMs(waitMs);
  return ctx.client.isTaskComplete(IsTaskCompleteRequest.create({ taskRef: ref, wait }), { signal: ctx.signal });
};

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
}

const taskAtOnce: Rule = {
  id: "task-at-once",
  title: "IsTaskComplete without wait answers at once, done or not",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const [, ms] = await timed(() => look(ctx, creation.task));
    check(ms <= ctx.settings.promptMs, `the answer took ${Math.round(ms)} ms`);
    await ctx.settle(creation.task);
  },
};

const taskWaitDone: Rule = {
  id: "task-wait-done",
  title: "IsTaskComplete with a long wait holds its answer until the task is done",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const waitMs = Math.min(ctx.settings.taskTimeoutMs, 240_000);
    const [{ done }, ms] = await timed(() => look(ctx, creation.task, waitMs));
    check(done || ms >= waitMs * 0.9, `answered "not done" after ${Math.round(ms)} of ${waitMs} ms`);
  },
};

const taskWaitPassed: Rule = {
  id: "task-wait-passed",
  title: "IsTaskComplete answers when wait has passed, though the task is not done",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const [, ms] = await timed(() => look(ctx, creation.task, 5));
    check(ms <= 5 + ctx.settings.promptMs, `with a wait of 5 ms the answer took ${Math.round(ms)} ms`);
    await ctx.settle(creation.task);
  },
};

const taskProgress: Rule = {
  id: "task-progress",
  title: "progress stays within 0 and 100 and never falls",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    let before = 0;
    await ctx.until("the task is done", async () => {
      const { done, progressPercent, error } = await look(ctx, creation.task);
      if (error) throw fromStatus(error);
      check(progressPercent <= 100, `progress of ${progressPercent} %`);
      check(progressPercent >= before, `progress fell from ${before} % to ${progressPercent} %`);
      before = progressPercent;
      return done ? true : undefined;
    });
  },
};

const taskReadAgain: Rule = {
  id: "task-read-again",
  title: "a task that is done can be read again and again, with the same answer",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const first = await ctx.ended(creation.task);
    checkEqual(first.error, undefined, "the task's error");
    for (let i = 0; i < 3; i++) {
      const { done, error, virtualMachineId } = await look(ctx, creation.task);
      checkEqual(
        { done, error, virtualMachineId },
        { done: true, error: undefined, virtualMachineId: first.virtualMachineId },
        "a later answer",
      );
    }
  },
};

const taskMachine: Rule = {
  id: "task-machine",
  title: "a Create's task names the machine that it works on",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const { virtualMachineId } = await ctx.ended(creation.task);
    checkEqual(virtualMachineId, creation.id, "virtual_machine_id");
  },
};

const taskUntraceable: Rule = {
  id: "task-untraceable",
  title: "a ref that can't be traced is done with INTERRUPTED, never an error of the call",
  async run(ctx) {
    for (const ref of ["no-such-task", ctx.settings.newUid(), "x".repeat(1_000), "task-\u{1f40e}/../%00"]) {
      const { done, error } = await look(ctx, { ref, pollAfter: undefined }, 1);
      check(done, `the ref "${ref.slice(0, 40)}" is not done`);
      checkEqual(fromStatus(present(error, "the error of an untraceable task")).reason, "INTERRUPTED", "its reason");
    }
  },
};

const taskOtherConnection: Rule = {
  id: "task-other-connection",
  title: "a ref works over another connection, as with another replica",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    await ctx.settle(creation.task, ctx.connect());
  },
};

const taskCancel: Rule = {
  id: "task-cancel",
  title: "a cancelled task ends, and Describe tells what it left",
  async run(ctx) {
    const creation = await begin(ctx);
    if (!creation) return synchronous;
    const { id, request, task } = creation;
    const cancelled = await cancel(ctx, task);
    if (cancelled) return cancelled;
    const { error } = await ctx.ended(task);
    if (!error) await ctx.describe({ id });
    await ctx.destroy({ uid: request.uid });
    checkEqual(await ctx.list(), [], "the owner's list after a cancelled Create and a Delete");
  },
};

async function cancel(ctx: RuleContext, { ref }: Task): Promise<Skipped | undefined> {
  const wish = ctx.client.cancelTask(CancelTaskRequest.create({ taskRef: ref }), { signal: ctx.signal });
  const refused = await wish.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refused === undefined) return undefined;
  await ctx.refused(wish, "UNSUPPORTED", "CancelTask");
  return skip("this provider can't cancel tasks");
}

const restartedTask: Rule = {
  id: "restart-task",
  title: "a ref outlives the provider's process: done tasks stay done, running ones end or are picked up by the same Create",
  alone: true,
  requires: restart,
  async run(ctx) {
    const finished = await begin(ctx);
    if (!finished) return synchronous;
    await ctx.settle(finished.task);
    const running = await begin(ctx);
    await ctx.restart();
    await reachable(ctx);
    const { error } = await ctx.ended(finished.task);
    checkEqual(error && fromStatus(error).reason, undefined, "the error of a task that had succeeded before the restart");
    if (!running) return;
    const ended = await ctx.ended(running.task);
    if (ended.error) {
      checkEqual(fromStatus(ended.error).reason, "INTERRUPTED", "how a task ends that the restart broke off");
      const again = await ctx.create(running.request);
      checkEqual(again.virtualMachine?.id, running.id, "the id of the same Create after the restart");
      await ctx.settle(again.task);
    }
    await ctx.describe({ id: running.id });
  },
};

const restartedMachines: Rule = {
  id: "restart-machines",
  title: "machines, their marks and the idempotency of Create outlive the provider's process",
  alone: true,
  requires: restart,
  async run(ctx) {
    const request = ctx.createRequest();
    const { virtualMachine, task } = await ctx.create(request);
    await ctx.settle(task);
    await ctx.restart();
    await reachable(ctx);
    const { id } = present(virtualMachine, "virtual_machine");
    const again = await ctx.create(request);
    await ctx.settle(again.task);
    checkEqual(again.virtualMachine?.id, id, "the id of the same Create after the restart");
    const [only, ...more] = await ctx.list();
    checkEqual(more.length, 0, "further machines of this owner");
    checkEqual([only?.id, only?.uid, only?.owner], [id, request.uid, ctx.owner], "id, uid and owner after the restart");
  },
};

/** The connection needs a moment to find the new process. */
const reachable = (ctx: RuleContext) =>
  ctx.until("the restarted provider answers", async () => {
    const answer = await ctx.client.getCapabilities({}, { signal: ctx.signal }).catch(() => undefined);
    if (!answer) await pause(20, undefined, { signal: ctx.signal });
    return answer;
  });

export const taskRules: Rule[] = [
  taskAtOnce,
  taskWaitDone,
  taskWaitPassed,
  taskProgress,
  taskReadAgain,
  taskMachine,
  taskUntraceable,
  taskOtherConnection,
  taskCancel,
  restartedTask,
  restartedMachines,
];
