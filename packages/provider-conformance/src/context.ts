import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { ChannelCredentials } from "@grpc/grpc-js";
import {
  CreateRequest,
  type CreateResponse,
  createPageGuard,
  DeleteRequest,
  DescribeRequest,
  durationFromMs,
  fromStatus,
  type IsTaskCompleteResponse,
  ListVirtualMachinesRequest,
  type ProviderClient,
  ProviderError,
  type Reason,
  type Task,
  type VirtualMachine,
  VirtualMachineSpec,
} from "@remuda/contract";
import { check, checkFails, present } from "./expect";
import type { Facts } from "./rule";
import type { Session } from "./session";
import { interfacesOf } from "./settings";

/** A spec as a rule writes it: what it leaves out is an ordinary machine's. */
type SpecChanges = Parameters<typeof VirtualMachineSpec.create>[0];

/** An error that a rule asked for. */
export interface SeenError {
  what: string;
  error: ProviderError;
}

/** What a rule works with. Machines that it makes are removed at the end, whatever happens. */
export interface RuleContext extends Facts {
  /** The address, as it was given. */
  address: string;
  credentials: ChannelCredentials;
  client: ProviderClient;
  /** Closes it after the rule; answers it. */
  closing<T extends { close(): void }>(connection: T): T;
  /** Another connection, closed after the rule. */
  connect(address?: string, channelOptions?: Record<string, string | number>): ProviderClient;
  restart(): Promise<void>;
  /** This rule's own: a list by it shows this rule's machines alone. */
  owner: string;
  /** A further owner. */
  newOwner(): string;
  /** The id of an image that is there; undefined where machines are made from something else. */
  image: string | undefined;
  signal: AbortSignal;
  newName(): string;
  /** An ordinary machine with a name of its own. */
  spec(changes?: SpecChanges): VirtualMachineSpec;
  /** A request that is tracked: whatever comes of it is removed at the end. */
  createRequest(changes?: SpecChanges, identity?: { uid?: string; owner?: string }): CreateRequest;
  create(request: CreateRequest): Promise<CreateResponse>;
  /** Makes a machine, waits until it is done, and answers it as Describe shows it. */
  make(changes?: SpecChanges, identity?: { uid?: string; owner?: string }): Promise<VirtualMachine>;
  /** The imported disk is removed at the end. */
  trackDisk(id: string, uid: string): void;
  /** The image is removed at the end, if the platform can delete images. */
  trackImage(id: string): void;
  /** Waits until the task is done; throws its error. */
  settle(task: Task | undefined, client?: ProviderClient): Promise<void>;
  /** Waits until the task is done; answers how it ended. */
  ended(task: Task, client?: ProviderClient): Promise<IsTaskCompleteResponse>;
  describe(machine: { id?: string; uid?: string }): Promise<VirtualMachine>;
  /** Delete, its task, and Describe until NOT_FOUND. */
  destroy(machine: { id?: string; uid: string }): Promise<void>;
  untilGone(machine: { id?: string; uid?: string }): Promise<void>;
  /** The call has to fail with one of the reasons; its form on the wire is judged by a rule of its own. */
  refused(call: Promise<unknown>, reasons: Reason | readonly Reason[], what: string): Promise<ProviderError>;
  /** Errors that calls were refused with so far, in the whole run. */
  errors: readonly SeenError[];
  /** Removes what the run made; answers what could not be removed, in words. */
  cleanUp(): Promise<string[]>;
  /** Every page. */
  list(owner?: string): Promise<VirtualMachine[]>;
  /** Asks again until the answer is not undefined; fails with `what` after the task timeout. */
  until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T>;
  /** A running machine for rules that only look. */
  shared(): Promise<VirtualMachine>;
  /** Five machines of one owner, ordered by id, for rules that only look. */
  fleet(): Promise<{ owner: string; machines: VirtualMachine[] }>;
}

/** A rule's context, and the end of it: its machines are removed, its connections closed. */
export function createContext(session: Session, runSignal: AbortSignal): { ctx: RuleContext; close(): Promise<void> } {
  const signal = AbortSignal.any([runSignal]);
  // Every call under way listens to it.
  setMaxListeners(0, signal);
  const { client, settings, capabilities, target, tracked } = session;
  const connections: { close(): void }[] = [];
  const own = new Set<string>();
  const owner = session.newOwner();
  const call = { signal };

  const ctx: RuleContext = {
    capabilities,
    settings,
    canRestart: session.canRestart,
    address: target.address,
    credentials: session.credentials,
    client,
    closing(connection) {
      connections.push(connection);
      return connection;
    },
    owner,
    signal,
    image: session.image,
    newOwner: session.newOwner,
    newName: session.newName,
    connect(address = target.address, channelOptions = {}) {
      return ctx.closing(session.dial(address, channelOptions));
    },
    async restart() {
      await present(target.restart, "restart")();
    },
    spec: (changes = {}) =>
      VirtualMachineSpec.create({
        name: session.newName(),
        hardware: { cpus: settings.cpus, memoryMib: settings.memoryMiB },
        source: session.source,
        disks:
          settings.diskGiB === undefined && session.source.$case !== "empty"
            ? []
            : [{ name: "root", sizeGib: settings.diskGiB ?? 1, boot: true }],
        interfaces: interfacesOf(settings),
        placement: settings.placement,
        ...changes,
      }),
    createRequest(changes, { uid = settings.newUid(), owner: by = owner } = {}) {
      tracked.machines.add(uid);
      own.add(uid);
      tracked.owners.add(by);
      return CreateRequest.create({ uid, owner: by, spec: ctx.spec(changes) });
    },
    create: (request) => client.create(request, call),
    async make(changes, identity) {
      const request = ctx.createRequest(changes, identity);
      const { virtualMachine, task } = await client.create(request, call);
      const { id } = present(virtualMachine, "CreateResponse.virtual_machine");
      check(id !== "", "CreateResponse.virtual_machine.id is empty");
      await ctx.settle(task);
      return ctx.describe({ id });
    },
    trackDisk: (id, uid) => void tracked.disks.set(id, uid),
    trackImage: (id) => void tracked.images.add(id),
    async settle(task, by) {
      if (!task) return;
      const { error } = await ctx.ended(task, by);
      if (error) throw fromStatus(error);
    },
    ended(task, by = client) {
      check(task.ref !== "", "Task.ref is empty");
      const wait = durationFromMs(Math.min(settings.taskTimeoutMs, 60_000));
      return ctx.until(`the task ${task.ref} is done`, async () => {
        const state = await by.isTaskComplete({ taskRef: task.ref, wait }, call);
        return state.done ? state : undefined;
      });
    },
    async describe(machine) {
      const { virtualMachine } = await client.describe(DescribeRequest.create(machine), call);
      return present(virtualMachine, "DescribeResponse.virtual_machine");
    },
    async destroy(machine) {
      const { task } = await client.delete(DeleteRequest.create(machine), call);
      await ctx.settle(task);
      await ctx.untilGone(machine);
      tracked.machines.delete(machine.uid);
      own.delete(machine.uid);
    },
    async untilGone(machine) {
      await ctx.until(`Describe of ${machine.id || machine.uid} answers NOT_FOUND`, async () => {
        try {
          await ctx.describe(machine);
          return undefined;
        } catch (error) {
          if (error instanceof ProviderError && error.reason === "NOT_FOUND") return true;
          throw error;
        }
      });
    },
    async refused(refusedCall, reasons, what) {
      const error = await checkFails(refusedCall, reasons, what);
      session.errors.push({ what, error });
      return error;
    },
    errors: session.errors,
    cleanUp: session.cleanUp,
    list: (by = owner) => listAll(client, by, signal),
    async until(what, probe) {
      const end = Date.now() + settings.taskTimeoutMs;
      for (let delayMs = 5; ; delayMs = Math.min(delayMs * 1.5, 1_000)) {
        const answer = await probe();
        if (answer !== undefined) return answer;
        check(Date.now() < end, `not within ${settings.taskTimeoutMs} ms: ${what}`);
        await pause(delayMs, undefined, call);
      }
    },
    shared: session.shared,
    fleet: session.fleet,
  };
  return {
    ctx,
    async close() {
      for (const connection of connections) connection.close();
      await session.remove([...own]);
    },
  };
}

export async function listAll(client: ProviderClient, owner: string, signal: AbortSignal): Promise<VirtualMachine[]> {
  const machines: VirtualMachine[] = [];
  const next = createPageGuard();
  let pageToken = "";
  do {
    const page = await client.listVirtualMachines(ListVirtualMachinesRequest.create({ owner, pageToken }), { signal });
    machines.push(...page.virtualMachines);
    pageToken = next(page, page.virtualMachines.length);
  } while (pageToken !== "");
  return machines;
}
