import { ProviderError } from "@remuda/contract";
import type { TaskState } from "@remuda/provider-kit";
import type { Clock } from "./clock";
import type { Journal } from "./journal";
import { problemError } from "./machine-view";
import type { Problem, TaskRecord, Work, WorkKind } from "./records";

/** Operations that take their time. Each survives the process and goes on by its due time. */
export interface Tasks {
  /** Begins work of so many milliseconds. At 0 it is settled at once and there is no ref; if it is doomed, it throws. */
  start(work: Work, durationMs: number): string | undefined;
  get(ref: string): TaskRecord | undefined;
  /** Ends it early, with a problem. One that has ended stays as it was. */
  interrupt(ref: string, message: string): void;
  /** No one can trace the ref any more; the work goes on under the ref that is answered. */
  forget(ref: string): string | undefined;
  /** At once with `waitMs` 0, else when it is done or the time is over. */
  wait(ref: string, waitMs: number, signal: AbortSignal): Promise<TaskState>;
  running(): TaskRecord[];
  /** Goes on with what a former process had begun. */
  resume(): void;
  stop(): void;
}

export interface TasksOptions {
  clock: Clock;
  journal: Journal;
  nextRef: () => string;
  /** Makes the work's effect, or, with a problem, undoes what had been prepared for it. */
  settle: (task: TaskRecord, problem: Problem | undefined) => void;
  /** The ref under which a running task goes by now, written where it is read. */
  attach: (task: TaskRecord) => void;
  /** Whether this one will fail, and why. */
  doom: (kind: WorkKind) => Problem | undefined;
  /** Whether the platform forgets this one as soon as it has begun. */
  forgets: (kind: WorkKind) => boolean;
}

const keptMs = 15 * 60_000;
const mostKept = 20_000;
const stages: Record<WorkKind, readonly string[]> = {
  create: ["copying disk", "configuring", "starting"],
  delete: ["stopping", "deleting disks"],
  power: ["changing power"],
  reconfigure: ["checking", "changing hardware"],
  createSnapshot: ["saving"],
  deleteSnapshot: ["merging disks"],
  revertSnapshot: ["restoring"],
  prepareImage: ["downloading", "checking", "storing"],
};

export function createTasks({ clock, journal, nextRef, settle, attach, doom, forgets }: TasksOptions): Tasks {
  const tasks = new Map<string, TaskRecord>();
  const ended: string[] = [];
  const timers = new Map<string, () => void>();
  const waiting = new Map<string, Set<() => void>>();

  const save = (task: TaskRecord) => {
    tasks.set(task.ref, task);
    journal.write("task", task.ref, task);
    return task;
  };
  const drop = (ref: string) => {
    tasks.delete(ref);
    journal.write("task", ref, undefined);
    timers.get(ref)?.();
    timers.delete(ref);
  };
  const wake = (ref: string) => {
    for (const resolve of waiting.get(ref) ?? []) resolve();
  };
  const prune = () => {
    for (;;) {
      const [oldest] = ended;
      if (oldest === undefined) return;
      const endMs = tasks.get(oldest)?.outcome?.endMs;
      if (ended.length <= mostKept && endMs !== undefined && endMs > clock.now() - keptMs) return;
      ended.shift();
      if (endMs !== undefined) drop(oldest);
    }
  };
  const end = (task: TaskRecord, problem: Problem | undefined) => {
    timers.get(task.ref)?.();
    timers.delete(task.ref);
    save({ ...task, outcome: { endMs: clock.now(), ...(problem && { problem }) } });
    ended.push(task.ref);
    settle(task, problem);
    wake(task.ref);
    prune();
  };
  const arm = (task: TaskRecord) => {
    const fire = () => {
      const current = tasks.get(task.ref);
      if (current && !current.outcome) end(current, current.doomed);
    };
    // Never longer than it takes: the date may have been set back while no process ran.
    const leftMs = Math.min(task.dueMs - task.startMs, Math.max(0, task.dueMs - clock.now()));
    timers.set(task.ref, clock.setTimer(fire, leftMs));
  };
  const rename = (task: TaskRecord): TaskRecord => {
    drop(task.ref);
    const renamed = save({ ...task, ref: nextRef() });
    arm(renamed);
    attach(renamed);
    wake(task.ref);
    return renamed;
  };
  const stateOf = (task: TaskRecord | undefined): TaskState => {
    if (!task) return { done: true, error: new ProviderError("INTERRUPTED", "the platform does not know this task (any more)") };
    const machine = "machineId" in task.work ? { virtualMachineId: task.work.machineId } : {};
    if (task.outcome) return { done: true, ...machine, ...(task.outcome.problem && { error: problemError(task.outcome.problem) }) };
    // The date may have been set back meanwhile.
    const progress = Math.min(0.99, Math.max(0, clock.now() - task.startMs) / Math.max(1, task.dueMs - task.startMs));
    const names = stages[task.work.kind];
    return {
      done: false,
      progressPercent: Math.floor(progress * 100),
      stage: names[Math.floor(progress * names.length)] ?? "",
      ...machine,
    };
  };

  return {
    start(work, durationMs) {
      const now = clock.now();
      const doomed = doom(work.kind);
      const task: TaskRecord = { ref: "", work, startMs: now, dueMs: now + durationMs, ...(doomed && { doomed }) };
      if (durationMs <= 0) {
        settle(task, doomed);
        // A machine that could not be made says so itself.
        if (doomed && work.kind !== "create") throw problemError(doomed);
        return undefined;
      }
      const begun = save({ ...task, ref: nextRef() });
      arm(begun);
      attach(begun);
      if (forgets(work.kind)) rename(begun);
      return begun.ref;
    },
    get: (ref) => tasks.get(ref),
    interrupt(ref, message) {
      const task = tasks.get(ref);
      if (task && !task.outcome) end(task, { reason: "INTERRUPTED", message });
    },
    forget(ref) {
      const task = tasks.get(ref);
      if (!task) return undefined;
      if (!task.outcome) return rename(task).ref;
      drop(ref);
      return undefined;
    },
    async wait(ref, waitMs, signal) {
      const task = tasks.get(ref);
      if (task && !task.outcome && waitMs > 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const waiters = waiting.get(ref) ?? new Set();
          waiting.set(ref, waiters);
          const done = () => {
            waiters.delete(done);
            if (waiters.size === 0) waiting.delete(ref);
            cancel();
            signal.removeEventListener("abort", done);
            resolve();
          };
          waiters.add(done);
          const cancel = clock.setTimer(done, waitMs);
          signal.addEventListener("abort", done, { once: true });
        });
      }
      await journal.committed();
      return stateOf(tasks.get(ref));
    },
    running: () => [...tasks.values()].filter((task) => !task.outcome),
    resume() {
      const found = [...journal.read("task")].map(([, value]) => value as TaskRecord); // The file is ours alone and bears its schema's version.
      for (const task of found) tasks.set(task.ref, task);
      for (const task of found.filter((t) => t.outcome).sort((a, b) => (a.outcome?.endMs ?? 0) - (b.outcome?.endMs ?? 0)))
        ended.push(task.ref);
      for (const task of found) if (!task.outcome) arm(task);
    },
    stop() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
