import { asProviderError, boundedDelayMs, durationFromMs, fromStatus, ProviderError } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { ProviderCalls } from "./calls";

/** How a task ended; no error: well. */
interface TaskOutcome {
  error?: ProviderError;
}

interface TaskProgress {
  percent: number;
  stage: string;
}

/** Follows the tasks of one provider with a bounded number of long-polls. */
export interface TaskPoller {
  /** Follows the task; `wake` is called when it has ended, and at most every 2 s when it has come further. Again: nothing. */
  track(ref: string, wake: () => void, pollAfterMs?: number): void;
  /** Undefined while it goes on. */
  outcome(ref: string): TaskOutcome | undefined;
  progress(ref: string): TaskProgress | undefined;
  /** The outcome has been saved, or nobody waits for it any more. */
  forget(ref: string): void;
  /** Something else says that it may have ended: it is polled next. */
  hurry(ref: string): void;
  /** The provider can be reached again. */
  resume(): void;
  readonly size: number;
  close(): void;
}

export interface TaskPollerOptions {
  calls: Pick<ProviderCalls, "isTaskComplete">;
  clock: Clock;
  /** False: nothing is polled until resume(). */
  ready(): boolean;
  maxPolls?: number;
}

interface Entry {
  ref: string;
  wake(): void;
  state: "queued" | "polling" | "resting" | "done";
  cancelTimer?: () => void;
  /** Ends the poll that is under way. */
  cancelPoll?: () => void;
  outcome?: TaskOutcome;
  progress?: TaskProgress;
  wokenMs: number;
  failures: number;
  /** Answers in a row that came sooner than they had to. */
  early: number;
}

const progressEveryMs = 2_000;
const maxRestMs = 30_000;
const minGapMs = 200;
const maxGapMs = 2_000;

export function createTaskPoller({ calls, clock, ready, maxPolls = 128 }: TaskPollerOptions): TaskPoller {
  const entries = new Map<string, Entry>();
  const queue = new Set<Entry>();
  const urgent = new Set<Entry>();
  let closed = false;
  let polling = 0;

  // Few tasks: short polls, so that progress is seen. Up to the bound: each has its own long-poll. Beyond: short ones, so that all get a turn.
  const waitMs = () => (entries.size > maxPolls ? 1_000 : Math.min(20_000, Math.max(progressEveryMs, entries.size * 100)));

  const pump = () => {
    while (polling < maxPolls && ready() && !closed) {
      const entry = first(urgent) ?? first(queue);
      if (!entry) return;
      urgent.delete(entry);
      queue.delete(entry);
      entry.state = "polling";
      polling++;
      void poll(entry).then(() => {
        polling--;
        pump();
      });
    }
  };
  // False once it was forgotten, also if its ref is followed anew.
  const isTracked = (entry: Entry) => entries.get(entry.ref) === entry;
  const enqueue = (entry: Entry) => {
    if (!isTracked(entry)) return;
    entry.state = "queued";
    queue.add(entry);
  };
  const rest = (entry: Entry, ms: number) => {
    entry.state = "resting";
    entry.cancelTimer = clock.setTimer(() => {
      enqueue(entry);
      pump();
    }, ms);
  };
  const end = (entry: Entry, outcome: TaskOutcome) => {
    entry.state = "done";
    entry.outcome = outcome;
    entry.wake();
  };

  const poll = async (entry: Entry): Promise<void> => {
    const beganMs = clock.monotonicMs();
    const wait = waitMs();
    const forgotten = new AbortController();
    entry.cancelPoll = () => forgotten.abort();
    try {
      const answer = await calls.isTaskComplete({ taskRef: entry.ref, wait: durationFromMs(wait) }, forgotten.signal);
      if (!isTracked(entry)) return;
      entry.failures = 0;
      if (answer.done) return end(entry, answer.error ? { error: fromStatus(answer.error) } : {});
      advance(entry, { percent: answer.progressPercent, stage: answer.stage });
      const tookMs = clock.monotonicMs() - beganMs;
      entry.early = tookMs < wait / 2 ? entry.early + 1 : 0;
      const gapMs = gapAfter(entry.early) - tookMs;
      if (gapMs > 0) rest(entry, gapMs);
      else enqueue(entry);
    } catch (thrown) {
      if (!isTracked(entry)) return;
      const error = asProviderError(thrown);
      // A ref that the provider refuses will never be answered: what became of the work is judged from what is there.
      if (!error.retryable) return end(entry, { error: new ProviderError("INTERRUPTED", error.message, { cause: error }) });
      entry.failures++;
      const delayMs = error.retryAfterMs ?? Math.min(maxRestMs, 500 * 2 ** entry.failures) * (0.5 + clock.random() / 2);
      rest(entry, Math.max(delayMs, gapAfter(entry.failures)));
    }
  };
  const advance = (entry: Entry, progress: TaskProgress) => {
    const before = entry.progress;
    if (before?.percent === progress.percent && before.stage === progress.stage) return;
    entry.progress = progress;
    if (clock.monotonicMs() - entry.wokenMs < progressEveryMs) return;
    entry.wokenMs = clock.monotonicMs();
    entry.wake();
  };

  return {
    track(ref, wake, pollAfterMs) {
      if (entries.has(ref)) return;
      const entry: Entry = { ref, wake, state: "queued", wokenMs: clock.monotonicMs(), failures: 0, early: 0 };
      entries.set(ref, entry);
      const restMs = boundedDelayMs(pollAfterMs) ?? 0;
      if (restMs > 0) rest(entry, restMs);
      else enqueue(entry);
      pump();
    },
    outcome: (ref) => entries.get(ref)?.outcome,
    progress: (ref) => entries.get(ref)?.progress,
    forget(ref) {
      const entry = entries.get(ref);
      if (!entry) return;
      entries.delete(ref);
      queue.delete(entry);
      urgent.delete(entry);
      entry.cancelTimer?.();
      entry.cancelPoll?.();
    },
    hurry(ref) {
      const entry = entries.get(ref);
      if (!entry || entry.state === "polling" || entry.state === "done") return;
      entry.cancelTimer?.();
      enqueue(entry);
      urgent.add(entry);
      pump();
    },
    resume: pump,
    get size() {
      return entries.size;
    },
    close() {
      closed = true;
      for (const ref of [...entries.keys()]) this.forget(ref);
    },
  };
}

// A provider that answers at once whatever it is asked to wait must not keep the manager busy.
const gapAfter = (times: number): number => (times === 0 ? 0 : Math.min(maxGapMs, minGapMs * 2 ** (times - 1)));

const first = <T>(set: ReadonlySet<T>): T | undefined => set.values().next().value;
