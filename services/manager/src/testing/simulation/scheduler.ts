import type { Chance } from "./chance";

/** Everything that happens, one thing at a time, in an order that the seed decides. */
export interface Scheduler {
  /** Milliseconds since the run began. */
  readonly nowMs: number;
  /** What happened so far. */
  readonly steps: number;
  /** Calls `run` once after `ms`; the answer cancels it. Of what is due at the same moment, chance says which comes first. */
  after(ms: number, run: () => void): () => void;
  /** Moves on by `ms`, or until `isOver` after a step. */
  advance(ms: number, isOver?: () => boolean): Promise<void>;
}

interface Step {
  dueMs: number;
  tie: number;
  run: (() => void) | undefined;
}

const before = (a: Step, b: Step) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.tie < b.tie);

// Taken before the event loop is replaced.
const turn = setImmediate;

export function createScheduler(chance: Chance, onStep: () => void): Scheduler {
  const heap: Step[] = [];
  let nowMs = 0;
  let steps = 0;
  let over = false;

  const push = (step: Step) => {
    let at = heap.push(step) - 1;
    while (at > 0) {
      const up = (at - 1) >>> 1;
      const parent = heap[up];
      if (!parent || !before(step, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = step;
  };
  const pop = () => {
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (!left) break;
      const [down, child] = right && before(right, left) ? [2 * at + 2, right] : [2 * at + 1, left];
      if (!before(child, last)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  };

  return {
    get nowMs() {
      return nowMs;
    },
    get steps() {
      return steps;
    },
    after(ms, run) {
      const step: Step = { dueMs: nowMs + Math.max(0, Math.ceil(ms)), tie: chance.next(), run };
      push(step);
      return () => {
        step.run = undefined;
      };
    },
    async advance(ms, isOver = () => false) {
      const untilMs = nowMs + ms;
      for (;;) {
        // Everything that waits for promises alone goes on until it waits for time.
        await new Promise<void>((resolve) => turn(resolve));
        onStep();
        over = isOver();
        const first = heap[0];
        if (over || !first || first.dueMs > untilMs) break;
        pop();
        if (!first.run) continue;
        nowMs = first.dueMs;
        steps++;
        first.run();
      }
      if (!over) nowMs = untilMs;
    },
  };
}
