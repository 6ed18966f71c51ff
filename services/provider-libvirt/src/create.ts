import { createHash } from "node:crypto";
import { type CreateRequest, invalidSpec, MachineState, PowerState, ProviderError, VirtualMachineSpec } from "@remuda/contract";
import { isRefusal } from "@remuda/libvirt-client";
import type { Created } from "@remuda/provider-kit";
import { domainXml } from "./domain-xml";
import type { Inventory, Seen } from "./inventory";
import { machineView, powerOf } from "./machine-view";
import { makeVolumes, mustBeAbsent } from "./make-volumes";
import type { Marks } from "./marks";
import { writeMarks } from "./marks";
import { candidates } from "./placement";
import { type Plan, planMachine } from "./plan";
import { reach } from "./power";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { taskOf } from "./tasks";
import { deleteVolume } from "./volumes";

interface Order {
  request: CreateRequest;
  spec: VirtualMachineSpec;
}

/** Makes the machine, or goes on with what a Create of the same uid began. */
export function createCreate(platform: Platform) {
  const { machines, jobs } = platform;

  return async function create(request: CreateRequest, signal: AbortSignal): Promise<Created> {
    const { uid, spec } = request;
    if (!spec) throw invalidSpec([{ field: "spec", description: "required" }]);
    const order = { request, spec };
    const found = await machines.byUid(uid, signal);
    if (found) return pickUp(order, found, signal);
    await mustBeFree(order, signal);
    const { inventory, plan } = await place(order, signal);
    const seen = await define(inventory, order, plan, undefined, signal);
    return begin(inventory, order, plan, seen);
  };

  async function pickUp(order: Order, seen: Seen, signal: AbortSignal): Promise<Created> {
    const { known } = seen;
    const virtualMachine = machineView(seen);
    const running = jobs.current(known.uuid);
    if (running?.operation === "create") return { virtualMachine, task: taskOf(running, known.uuid) };
    if (known.marks?.stage === "deleting") throw new ProviderError("CONFLICT", `${known.uuid} is being deleted`);
    if (known.marks?.stage === "made") return { virtualMachine };
    const inventory = machines.inventoryOf(seen);
    // What runs has all its volumes: only the last step was not written down.
    if (isActive(seen.stats)) return begin(inventory, order, { volumes: [], disks: [], nics: [] }, seen);
    for (const { pool, name } of known.marks?.volumes ?? []) await deleteVolume(seen.host, pool, name, platform.clock, signal);
    const plan = await planMachine(seen.host, order.request.uid, order.spec, platform.defaults, platform.now(), signal);
    return begin(inventory, order, plan, await define(inventory, order, plan, known.marks, signal));
  }

  /** No machine of that name or UUID is anywhere, and the answer of every host says so. */
  async function mustBeFree({ request: { uid }, spec: { name } }: Order, signal: AbortSignal): Promise<void> {
    if (await machines.find({ id: uid, uid }, signal)) {
      throw new ProviderError("ALREADY_EXISTS", `a machine that this provider did not make has the UUID ${uid}`);
    }
    for (const { host } of platform.inventories) {
      const taken = await host.virt.call("domainLookupByName", { name }, { signal }).catch((error: unknown) => {
        if (isRefusal(error, "NO_DOMAIN")) return undefined;
        throw error;
      });
      if (taken) throw new ProviderError("ALREADY_EXISTS", `${host.name} has a machine named "${name}"`);
    }
  }

  /** The first host that fits and has all that the spec names. */
  async function place({ request, spec }: Order, signal: AbortSignal): Promise<{ inventory: Inventory; plan: Plan }> {
    let refusal: unknown;
    for (const inventory of await candidates(platform, spec, signal)) {
      try {
        const plan = await planMachine(inventory.host, request.uid, spec, platform.defaults, platform.now(), signal);
        await mustBeAbsent(inventory.host, plan.volumes, signal);
        return { inventory, plan };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  /** The intent is saved with the machine's definition, before anything else is made. */
  async function define(inventory: Inventory, order: Order, plan: Plan, before: Marks | undefined, signal: AbortSignal): Promise<Seen> {
    const { request, spec } = order;
    const { hardware } = spec;
    if (!hardware) throw invalidSpec([{ field: "spec.hardware", description: "required" }]);
    const marks: Marks = {
      uid: request.uid,
      owner: request.owner,
      stage: "creating",
      specHash: createHash("sha256").update(VirtualMachineSpec.encode(spec).finish()).digest("hex"),
      created: before?.created ?? platform.now().toISOString(),
      volumes: plan.volumes.map(({ made }) => made),
      labels: spec.labels,
    };
    const xml = domainXml({ name: spec.name, marks, hardware, disks: plan.disks, nics: plan.nics }, inventory.host.facts);
    await inventory.host.virt.call("domainDefineXmlFlags", { xml, flags: 0 }, { signal });
    inventory.touch(request.uid);
    const seen = await inventory.one(request.uid, signal);
    if (!seen) throw new ProviderError("INTERRUPTED", `${request.uid} was undefined meanwhile`);
    return seen;
  }

  function begin(inventory: Inventory, { request: { uid }, spec }: Order, plan: Plan, seen: Seen): Created {
    const job = jobs.begin("create", uid, uid, async (report, signal) => {
      await makeVolumes(inventory.host, plan.volumes, report, signal);
      signal.throwIfAborted();
      report("starting", 80);
      await reach(inventory, seen, spec.powerState || PowerState.ON, signal);
      const now = await inventory.one(uid, signal);
      if (!now?.known.marks) throw new ProviderError("INTERRUPTED", `${uid} was undefined meanwhile`);
      await writeMarks(inventory.host.virt, now.dom, { ...now.known.marks, stage: "made" }, isActive(now.stats), signal);
      inventory.touch(uid);
    });
    const virtualMachine = machineView(seen);
    return { virtualMachine: { ...virtualMachine, state: MachineState.CREATING, powerState: powerOf(seen) }, task: taskOf(job, uid) };
  }
}
