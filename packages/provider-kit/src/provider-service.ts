import {
  type CancelTaskResponse,
  type GetCapabilitiesResponse,
  type IsTaskCompleteRequest,
  type IsTaskCompleteResponse,
  msFromDuration,
  ProviderError,
  type ProviderServiceServer,
  type ReleaseResponse,
  toStatus,
  type VirtualMachine,
} from "@remuda/contract";
import { brokenProvider } from "./broken-provider";
import type { Clock } from "./clock";
import type { MachineCalls } from "./machine-calls";
import type { Metrics } from "./metrics";
import { createPages } from "./paging";
import type { Platform } from "./platform";
import type { Provider, TaskState } from "./provider";
import {
  checkAdopt,
  checkCreate,
  checkDelete,
  checkDescribe,
  checkList,
  checkPower,
  checkReconfigure,
  checkRelease,
  checkTask,
} from "./request-rules";
import type { Rpc } from "./rpc";
import type { Support } from "./support";

const maxWaitMs = 5 * 60_000;
const defaultGraceMs = 60_000;

export interface ProviderServiceDeps {
  provider: Provider;
  platform: Pick<Platform, "validate">;
  capabilities: GetCapabilitiesResponse;
  support: Support;
  machines: MachineCalls;
  rpc: Rpc;
  metrics: Metrics;
  clock: Clock;
  /** Aborts when the process begins to drain. */
  draining: AbortSignal;
  /** Told of every Validate that passed. */
  validated: () => void;
  /** A task ended: whoever compares lists may look now. */
  changed: () => void;
}

/** The unary calls of ProviderService. */
export function createProviderService(deps: ProviderServiceDeps): Omit<ProviderServiceServer, "watchVirtualMachines"> {
  const { provider, platform, capabilities, support, machines, rpc, metrics, clock, draining } = deps;
  const pages = createPages<VirtualMachine>((machine) => machine.id, clock);

  async function taskState({ taskRef, wait }: IsTaskCompleteRequest, signal: AbortSignal): Promise<TaskState> {
    const waitMs = wait ? Math.min(msFromDuration(wait), maxWaitMs) : 0;
    if (waitMs === 0 || draining.aborted) return provider.isTaskComplete(taskRef, 0, signal);
    const state = await untilAborted(draining, signal, (both) => provider.isTaskComplete(taskRef, waitMs, both));
    // Whoever drains answers a long-poll early, with the state as it is now.
    return state ?? provider.isTaskComplete(taskRef, 0, signal);
  }

  function answerTask(state: TaskState): IsTaskCompleteResponse {
    metrics.tasks.inc({ state: !state.done ? "running" : state.error ? "failed" : "succeeded" });
    if (state.done) deps.changed();
    const virtualMachineId = state.virtualMachineId ?? "";
    if (state.done) {
      const error = state.error && toStatus(state.error);
      return { done: true, progressPercent: error ? 0 : 100, stage: "", error, virtualMachineId };
    }
    const progressPercent = Math.trunc(Math.min(100, Math.max(0, state.progressPercent ?? 0)));
    return { done: false, progressPercent, stage: state.stage ?? "", error: undefined, virtualMachineId };
  }

  return {
    validate: rpc.unary({
      method: "Validate",
      anyPlatform: true,
      async handle(_request, signal) {
        const answer = await platform.validate(signal);
        deps.validated();
        return answer;
      },
    }),
    getCapabilities: rpc.unary({ method: "GetCapabilities", anyPlatform: true, handle: () => Promise.resolve(capabilities) }),
    create: rpc.unary({
      method: "Create",
      mutation: true,
      subject: ({ uid }) => ({ uid }),
      secrets: ({ spec }) => [spec?.cloudInit?.userData, spec?.cloudInit?.networkConfig],
      check(request) {
        checkCreate(request);
        if (request.spec) support.newMachine(request.spec);
      },
      handle: machines.create,
    }),
    delete: rpc.unary({
      method: "Delete",
      mutation: true,
      subject: (request) => keyOf(request),
      check: checkDelete,
      handle: async (request, signal) => ({ task: await machines.remove(request, signal) }),
    }),
    power: rpc.unary({
      method: "Power",
      mutation: true,
      subject: (request) => keyOf(request),
      check(request) {
        checkPower(request);
        support.power(request.operation);
      },
      async handle({ id, uid, operation, gracefulTimeout }, signal) {
        const gracefulTimeoutMs = gracefulTimeout ? msFromDuration(gracefulTimeout) : defaultGraceMs;
        const key = { id, uid };
        const ref = await machines.mutate(key, signal, () => provider.power(key, { operation, gracefulTimeoutMs }, signal));
        return { task: machines.task(ref) };
      },
    }),
    reconfigure: rpc.unary({
      method: "Reconfigure",
      mutation: true,
      subject: (request) => keyOf(request),
      secrets: ({ spec }) => [spec?.cloudInit?.userData, spec?.cloudInit?.networkConfig],
      check(request) {
        checkReconfigure(request);
        if (request.spec) support.changedMachine(request.spec);
      },
      async handle({ id, uid, spec, allowRestart }, signal) {
        if (!spec) throw brokenProvider("a Reconfigure without spec passed its check");
        const key = { id, uid };
        const { task, restartRequired } = await machines.mutate(key, signal, () =>
          provider.reconfigure(key, { spec, allowRestart }, signal),
        );
        return { task: machines.task(task), restartRequired };
      },
    }),
    adopt: rpc.unary({
      method: "Adopt",
      mutation: true,
      subject: (request) => keyOf(request),
      check: checkAdopt,
      handle: async (request, signal) => ({ virtualMachine: await machines.adopt(request, signal) }),
    }),
    release: rpc.unary({
      method: "Release",
      mutation: true,
      subject: (request) => keyOf(request),
      check: checkRelease,
      async handle(request, signal): Promise<ReleaseResponse> {
        await machines.release(request, signal);
        return {};
      },
    }),
    describe: rpc.unary({
      method: "Describe",
      subject: (request) => keyOf(request),
      check: checkDescribe,
      handle: async ({ id, uid }, signal) => ({ virtualMachine: await provider.describe({ id, uid }, signal) }),
    }),
    isTaskComplete: rpc.unary({
      method: "IsTaskComplete",
      check: checkTask,
      takesSlot: ({ wait }) => wait === undefined,
      handle: async (request, signal) => answerTask(await taskState(request, signal)),
    }),
    cancelTask: rpc.unary({
      method: "CancelTask",
      mutation: true,
      check: ({ taskRef }) => checkTask({ taskRef, wait: undefined }),
      async handle({ taskRef }, signal): Promise<CancelTaskResponse> {
        if (!provider.cancelTask) throw new ProviderError("UNSUPPORTED", "this provider can't cancel tasks");
        await provider.cancelTask(taskRef, signal);
        return {};
      },
    }),
    listVirtualMachines: rpc.unary({
      method: "ListVirtualMachines",
      check: checkList,
      async handle(request, signal) {
        const { owner } = request;
        const page = await pages(request, owner, () => ownedBy(owner, provider.list(owner === "" ? {} : { owner }, signal)));
        return { virtualMachines: page.items, nextPageToken: page.nextPageToken };
      },
    }),
  };
}

const keyOf = ({ id, uid }: { id: string; uid: string }) => ({ id, uid });

/** The provider filters for speed, the kit for certainty. */
async function* ownedBy(owner: string, machines: AsyncIterable<VirtualMachine>): AsyncGenerator<VirtualMachine> {
  for await (const machine of machines) {
    if (machine.id === "") throw brokenProvider("list answered a machine without id");
    if (owner === "" || machine.owner === owner) yield machine;
  }
}

/** What `work` answers, or undefined if `early` aborts first; what becomes of the work then is of no interest. */
async function untilAborted<T>(early: AbortSignal, signal: AbortSignal, work: (either: AbortSignal) => Promise<T>): Promise<T | undefined> {
  // Not AbortSignal.any: it keeps something of every call in a signal that lives as long as the process.
  const controller = new AbortController();
  const cancel = () => controller.abort(signal.reason);
  let cut = () => {};
  const cutShort = new Promise<undefined>((resolve) => {
    cut = () => {
      controller.abort(early.reason);
      resolve(undefined);
    };
  });
  signal.addEventListener("abort", cancel, { once: true });
  early.addEventListener("abort", cut, { once: true });
  try {
    const worked = work(controller.signal).catch((error: unknown) => (early.aborted ? undefined : Promise.reject(error)));
    return await Promise.race([worked, cutShort]);
  } finally {
    signal.removeEventListener("abort", cancel);
    early.removeEventListener("abort", cut);
  }
}
