import { status } from "@grpc/grpc-js";
import {
  CancelTaskRequest,
  CreateSnapshotRequest,
  DeleteRequest,
  DescribeRequest,
  errorDomain,
  Firmware,
  fromStatus,
  ImportDiskHeader,
  IsTaskCompleteRequest,
  isReason,
  ListVirtualMachinesRequest,
  PowerRequest,
  PrepareImageRequest,
  ProviderError,
  ReconfigureRequest,
  reasons,
  Status,
  type VirtualMachineSpec,
} from "@remuda/contract";
import type { RuleContext, SeenError } from "../context";
import { sendDisk } from "../disk-content";
import { ErrorInfo } from "../error-info";
import { BrokenPromise, check, checkEqual, present } from "../expect";
import type { Rule } from "../rule";

/** What goes wrong, and the field that the error has to name, or the beginning of its path. */
interface BadCall {
  field: string;
  what: string;
  call(ctx: RuleContext): Promise<unknown>;
}

/** A Create with one thing wrong. */
const badCreate = (field: string, what: string, change: (spec: VirtualMachineSpec) => void): BadCall => ({
  field,
  what,
  call(ctx) {
    const request = ctx.createRequest();
    change(present(request.spec, "spec"));
    return ctx.create(request);
  },
});

const hardware = (spec: VirtualMachineSpec) => present(spec.hardware, "spec.hardware");
const disk = (name: string, sizeGib: number) => ({ name, sizeGib, boot: false, storage: "", bus: "", retain: false });
const nic = (name: string, changes: { macAddress?: string; vlan?: number; addresses?: string[] } = {}) => ({
  name,
  network: "",
  macAddress: "",
  model: "",
  vlan: 0,
  addresses: [],
  gateway: "",
  nameservers: [],
  ...changes,
});

const badCreates: BadCall[] = [
  ...["", "not-a-uuid", "5B1C4F0E-8C0A-4E0B-9C55-0D5D4B7E3F11"].map(
    (uid): BadCall => ({
      field: "uid",
      what: `uid "${uid}"`,
      call: (ctx) => ctx.create({ ...ctx.createRequest(), uid }),
    }),
  ),
  ...["", "Not_An_Owner"].map(
    (owner): BadCall => ({
      field: "owner",
      what: `owner "${owner}"`,
      call: (ctx) => ctx.create({ ...ctx.createRequest(), owner }),
    }),
  ),
  { field: "spec", what: "no spec", call: (ctx) => ctx.create({ ...ctx.createRequest(), spec: undefined }) },
  ...["", "Upper-Case", "-begins-with-a-hyphen", "x".repeat(64)].map((name) =>
    badCreate("spec.name", `name "${name}"`, (spec) => {
      spec.name = name;
    }),
  ),
  badCreate("spec.source", "no source", (spec) => {
    spec.source = undefined;
  }),
  badCreate("spec.hardware", "no hardware", (spec) => {
    spec.source = { $case: "image", value: "any" };
    spec.hardware = undefined;
  }),
  badCreate("spec.hardware.cpus", "no processors", (spec) => {
    spec.source = { $case: "image", value: "any" };
    hardware(spec).cpus = 0;
  }),
  badCreate("spec.hardware.memory_mib", "no memory", (spec) => {
    spec.source = { $case: "image", value: "any" };
    hardware(spec).memoryMib = 0;
  }),
  badCreate("spec.hardware.cores_per_socket", "3 cores a socket for 4 processors", (spec) => {
    Object.assign(hardware(spec), { cpus: 4, coresPerSocket: 3 });
  }),
  badCreate("spec.hardware.secure_boot", "secure boot with BIOS", (spec) => {
    Object.assign(hardware(spec), { secureBoot: true, firmware: Firmware.BIOS });
  }),
  badCreate("spec.hardware.gpus[0].count", "no GPU of a kind", (spec) => {
    hardware(spec).gpus = [{ name: "H100", count: 0, memoryMib: 0, device: "" }];
  }),
  badCreate("spec.disks[0].name", "a disk without a name", (spec) => {
    spec.disks = [disk("", 1)];
  }),
  badCreate("spec.disks[0].size_gib", "a disk of no size", (spec) => {
    spec.disks = [disk("data", 0)];
  }),
  badCreate("spec.disks[1].name", "two disks of one name", (spec) => {
    spec.disks = [disk("data", 1), disk("data", 1)];
  }),
  badCreate("spec.interfaces[0].name", "an interface without a name", (spec) => {
    spec.interfaces = [nic("")];
  }),
  badCreate("spec.interfaces[1].name", "two interfaces of one name", (spec) => {
    spec.interfaces = [nic("net0"), nic("net0")];
  }),
  badCreate("spec.interfaces[0].mac_address", "a MAC address that is none", (spec) => {
    spec.interfaces = [nic("net0", { macAddress: "52:54:00" })];
  }),
  badCreate("spec.interfaces[0].vlan", "VLAN 4095", (spec) => {
    spec.interfaces = [nic("net0", { vlan: 4095 })];
  }),
  badCreate("spec.interfaces[0].addresses[0]", "an address without a prefix length", (spec) => {
    spec.interfaces = [nic("net0", { addresses: ["192.0.2.10"] })];
  }),
  badCreate("spec.labels", "a label's key with a space", (spec) => {
    spec.labels = { "not a key": "x" };
  }),
  badCreate("spec.market.max_price_per_hour", "a price below 0", (spec) => {
    spec.market = { type: 0, maxPricePerHour: -1 };
  }),
  badCreate("spec.options", "an option that nobody knows", (spec) => {
    spec.options = { "no-such-option": true };
  }),
];

const machine = { id: "any-id", uid: "5b1c4f0e-8c0a-4e0b-9c55-0d5d4b7e3f11" };

const badCalls: BadCall[] = [
  { field: "uid", what: "Delete without a uid", call: ({ client }) => client.delete(DeleteRequest.create({ id: "any" })) },
  { field: "uid", what: "Delete with a uid that is none", call: ({ client }) => client.delete(DeleteRequest.create({ uid: "x" })) },
  { field: "id", what: "Power without an id", call: ({ client }) => client.power(PowerRequest.create({ uid: machine.uid, operation: 1 })) },
  { field: "operation", what: "Power without an operation", call: ({ client }) => client.power(PowerRequest.create(machine)) },
  {
    field: "id",
    what: "Reconfigure without an id",
    call: (ctx) => ctx.client.reconfigure(ReconfigureRequest.create({ uid: machine.uid, spec: ctx.spec() })),
  },
  { field: "spec", what: "Reconfigure without a spec", call: ({ client }) => client.reconfigure(ReconfigureRequest.create(machine)) },
  { field: "id", what: "Describe of nothing", call: ({ client }) => client.describe(DescribeRequest.create({})) },
  {
    field: "task_ref",
    what: "IsTaskComplete without a ref",
    call: ({ client }) => client.isTaskComplete(IsTaskCompleteRequest.create({})),
  },
  { field: "task_ref", what: "CancelTask without a ref", call: ({ client }) => client.cancelTask(CancelTaskRequest.create({})) },
  {
    field: "page_size",
    what: "a page of 1001 machines",
    call: ({ client }) => client.listVirtualMachines(ListVirtualMachinesRequest.create({ pageSize: 1001 })),
  },
];

const badSnapshots: BadCall[] = [
  {
    field: "virtual_machine_id",
    what: "CreateSnapshot without a machine",
    call: ({ client }) => client.createSnapshot(CreateSnapshotRequest.create({ uid: machine.uid, name: "first" })),
  },
  {
    field: "name",
    what: "CreateSnapshot without a name",
    call: ({ client }) => client.createSnapshot(CreateSnapshotRequest.create({ virtualMachineId: machine.id, uid: machine.uid })),
  },
];

const badImages: BadCall[] = [
  {
    field: "name",
    what: "PrepareImage without a name",
    call: ({ client }) => client.prepareImage(PrepareImageRequest.create({ source: { $case: "existing", value: "x" } })),
  },
  {
    field: "source",
    what: "PrepareImage without a source",
    call: ({ client }) => client.prepareImage(PrepareImageRequest.create({ name: "x" })),
  },
];

const badDisks: BadCall[] = [
  {
    field: "header.uid",
    what: "ImportDisk without a uid",
    call: (ctx) =>
      sendDisk(
        ctx,
        ImportDiskHeader.create({ owner: ctx.owner, name: "x", format: ctx.capabilities.diskFormats[0], totalBytes: 1 }),
        Buffer.alloc(1),
      ),
  },
];

/** Every wrong call is refused, and the refusal names the field. All that is missing is told at once. */
async function checkRefused(ctx: RuleContext, calls: readonly BadCall[]): Promise<void> {
  const faults: string[] = [];
  for (const { field, what, call } of calls) {
    try {
      const { violations } = await ctx.refused(call(ctx), "INVALID_SPEC", what);
      const named = violations.map((violation) => violation.field);
      // A path below the field is as good: "spec.options.colour" for "spec.options".
      const found = named.some((each) => each === field || (each.startsWith(field) && /^[.[]/.test(each.slice(field.length))));
      if (!found) faults.push(`${what}: the error names ${named.join(", ") || "no field"}, not ${field}`);
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      faults.push(error.message);
    }
  }
  check(faults.length === 0, faults.join("\n"));
}

const invalidCreate: Rule = {
  id: "invalid-create",
  title: "a Create with a wrong field is refused with INVALID_SPEC that names the field, and makes nothing",
  async run(ctx) {
    await checkRefused(ctx, badCreates);
    checkEqual(await ctx.list(), [], "the owner's list after the refused calls");
  },
};

const invalidCalls: Rule = {
  id: "invalid-calls",
  title: "every other call with a wrong field is refused with INVALID_SPEC that names the field",
  async run(ctx) {
    const has = (service: string) => ctx.capabilities.services.includes(`remuda.provider.v1.${service}`);
    await checkRefused(ctx, [
      ...badCalls,
      ...(has("SnapshotService") ? badSnapshots : []),
      ...(has("ImageService") ? badImages : []),
      ...(has("DiskService") ? badDisks : []),
    ]);
  },
};

const noCapacity: Rule = {
  id: "no-capacity",
  title: "a machine with 4096 processors is refused for want of room, and leaves nothing",
  async run(ctx) {
    const request = ctx.createRequest({ hardware: { cpus: 4096, memoryMib: 64 << 20 } });
    const made = ctx.create(request).then(({ task }) => ctx.settle(task));
    const { sources } = ctx.capabilities;
    if (!sources.includes("image") && !sources.includes("template")) {
      // The source decides the size; a platform that ignores hardware may make it.
      await made.catch(() => undefined);
      return;
    }
    await ctx.refused(made, ["NO_CAPACITY", "QUOTA_EXCEEDED", "INVALID_SPEC"], "Create");
    await ctx.destroy({ uid: request.uid });
    checkEqual(await ctx.list(), [], "the owner's list after the refused Create");
  },
};

/** What is wrong with the form of an error; nothing if it is as it has to be. */
function formFaults({ what, error }: SeenError): string[] {
  const cause = error.cause as { code?: number; metadata?: { get(key: string): unknown[] } } | undefined; // A grpc-js ServiceError, or a task's error.
  if (cause?.code === undefined || !cause.metadata) return [];
  const [bytes] = cause.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return [`${what}: no details beside code ${status[cause.code]}`];
  return statusFaults(what, Status.decode(bytes), cause.code);
}

function statusFaults(what: string, { code, details }: Status, sent = code): string[] {
  const packed = details.find(({ typeUrl }) => typeUrl.endsWith("/google.rpc.ErrorInfo"));
  if (!packed) return [`${what}: no google.rpc.ErrorInfo`];
  const { reason, domain } = ErrorInfo.decode(packed.value);
  if (domain !== errorDomain) return [`${what}: the ErrorInfo's domain is "${domain}", not "${errorDomain}"`];
  if (!isReason(reason)) return [`${what}: the contract knows no reason "${reason}"`];
  const expected = reasons[reason].code;
  if (sent !== expected) return [`${what}: ${reason} was sent with code ${status[sent]}, not ${status[expected]}`];
  return code === sent ? [] : [`${what}: the details say code ${status[code]}, the status says ${status[sent]}`];
}

const errorForm: Rule = {
  id: "error-form",
  title: "every error carries an ErrorInfo with the contract's domain and a known reason, and that reason's gRPC code",
  // After the others, so that the errors that they asked for are judged too.
  alone: true,
  async run(ctx) {
    const call = { signal: ctx.signal };
    const { id } = await ctx.shared();
    await ctx.refused(ctx.client.describe(DescribeRequest.create({ uid: ctx.settings.newUid() }), call), "NOT_FOUND", "Describe");
    const foreign = DeleteRequest.create({ id, uid: ctx.settings.newUid() });
    await ctx.refused(ctx.client.delete(foreign, call), ["FORBIDDEN"], "Delete with a foreign uid").catch(onlyErrors);
    await ctx.refused(ctx.create({ ...ctx.createRequest(), uid: "none" }), "INVALID_SPEC", "Create").catch(onlyErrors);
    const faults = [...new Set(ctx.errors.flatMap(formFaults))];
    check(faults.length === 0, faults.slice(0, 20).join("\n"));
  },
};

/** Which reason came is other rules' business; here it is the form. */
function onlyErrors(error: unknown): void {
  if (!(error instanceof BrokenPromise)) throw error;
}

const taskErrorForm: Rule = {
  id: "task-error-form",
  title: "the error of a task is a google.rpc.Status in the same form as the errors of calls",
  async run(ctx) {
    const { error } = await ctx.client.isTaskComplete(IsTaskCompleteRequest.create({ taskRef: "no-such-task" }), { signal: ctx.signal });
    const wire = present(error, "the error of an untraceable task");
    const faults = statusFaults("an untraceable task", wire);
    check(faults.length === 0, faults.join("\n"));
    check(fromStatus(wire) instanceof ProviderError, "the error can't be read");
  },
};

export const errorRules: Rule[] = [invalidCreate, invalidCalls, noCapacity, errorForm, taskErrorForm];
