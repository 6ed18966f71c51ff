import { IsTaskCompleteResponse, msFromDuration, toStatus } from "@remuda/contract";
import { type Broken, fail, later } from "./broken";

const untraceable = () => IsTaskCompleteResponse.create({ done: true, error: toStatus(fail("INTERRUPTED")) });

export const brokenTasks: Broken[] = [
  {
    rule: "task-at-once",
    fault: "IsTaskComplete without wait waits all the same",
    handlers: ({ isTaskComplete }) => ({
      async isTaskComplete(request, call) {
        if (!request.wait) await later(500);
        return isTaskComplete(request, call);
      },
    }),
  },
  {
    rule: "task-wait-done",
    fault: "IsTaskComplete ignores wait",
    latencyMs: 25,
    handlers: ({ isTaskComplete }) => ({ isTaskComplete: (request, call) => isTaskComplete({ ...request, wait: undefined }, call) }),
  },
  {
    rule: "task-wait-passed",
    fault: "IsTaskComplete waits longer than it may",
    handlers: ({ isTaskComplete }) => ({
      async isTaskComplete(request, call) {
        if (request.wait && msFromDuration(request.wait) === 5) await later(500);
        return isTaskComplete(request, call);
      },
    }),
  },
  {
    rule: "task-progress",
    fault: "progress goes beyond 100 %",
    handlers: ({ isTaskComplete }) => ({
      isTaskComplete: async (request, call) => ({ ...(await isTaskComplete(request, call)), progressPercent: 150 }),
    }),
  },
  {
    rule: "task-read-again",
    fault: "a task is forgotten once it was read as done",
    mayFail: [
      "create-concurrent",
      "task-at-once",
      "task-wait-passed",
      "create-repeated-meanwhile",
      "create-cancelled",
      "create-deadline",
      "create-dropped-reply",
      "restart-task",
    ],
    handlers: ({ isTaskComplete }, { tasks }) => ({
      async isTaskComplete(request, call) {
        const answer = await isTaskComplete(request, call);
        if (answer.done) tasks.delete(request.taskRef);
        return answer;
      },
    }),
  },
  {
    rule: "task-machine",
    fault: "a task names no machine",
    handlers: ({ isTaskComplete }) => ({
      isTaskComplete: async (request, call) => ({ ...(await isTaskComplete(request, call)), virtualMachineId: "" }),
    }),
  },
  {
    rule: "task-untraceable",
    fault: "a ref that can't be traced is refused with NOT_FOUND",
    mayFail: ["task-error-form"],
    handlers: ({ isTaskComplete }, { tasks }) => ({
      isTaskComplete(request, call) {
        if (request.taskRef !== "" && !tasks.has(request.taskRef)) throw fail("NOT_FOUND");
        return isTaskComplete(request, call);
      },
    }),
  },
  {
    rule: "task-other-connection",
    fault: "a task is known to the connection alone that began it",
    mayFail: ["restart-task", "restart-machines", "create-dropped-reply"],
    handlers({ create, isTaskComplete }) {
      const peers = new Map<string, string>();
      return {
        async create(request, call) {
          const answer = await create(request, call);
          if (answer.task && !peers.has(answer.task.ref)) peers.set(answer.task.ref, call.peer);
          return answer;
        },
        isTaskComplete(request, call) {
          const begunBy = peers.get(request.taskRef);
          return begunBy === undefined || begunBy === call.peer ? isTaskComplete(request, call) : untraceable();
        },
      };
    },
  },
  {
    rule: "task-cancel",
    fault: "a cancelled task never ends",
    handlers({ cancelTask, isTaskComplete }) {
      const cancelled = new Set<string>();
      return {
        cancelTask(request, call) {
          if (request.taskRef !== "") cancelled.add(request.taskRef);
          return cancelTask(request, call);
        },
        isTaskComplete: (request, call) =>
          cancelled.has(request.taskRef) ? IsTaskCompleteResponse.create({ done: false }) : isTaskComplete(request, call),
      };
    },
  },
  {
    rule: "restart-task",
    fault: "tasks are kept in the provider's memory",
    onRestart: ({ tasks }) => tasks.clear(),
  },
  {
    rule: "restart-machines",
    fault: "the owners of machines are kept in the provider's memory",
    onRestart({ machines }) {
      for (const { shown } of machines.values()) shown.owner = "";
    },
  },
];
