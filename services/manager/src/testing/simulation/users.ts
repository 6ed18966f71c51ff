import type { JsonObject } from "@bufbuild/protobuf";
import { restartAnnotation, type VirtualMachine, type VirtualMachineSpec } from "@remuda/resources";
import { applyAll } from "../../api/apply";
import { apiVersion } from "../world";
import type { World } from "./world";

/** People who want something of the manager. */
export interface Users {
  /** Declares providers, classes, images and networks. */
  begin(): void;
  /** One thing, at random. */
  act(): void;
  /** One change of a machine that is there. */
  changeOne(): void;
  /** What people must do for machines that won't get well by themselves. Answers whether there was anything. */
  repair(): void;
  deleteAll(): void;
}

export function createUsers(world: World): Users {
  const { profile, trace, disk } = world;
  const chance = world.chance.fork("users");

  /** Asks the manager that lives; if it dies meanwhile, nobody knows what became of it. */
  const ask = (what: string, work: (store: NonNullable<World["manager"]>["store"]) => Promise<{ resourceVersion?: string }>) => {
    const { manager } = world;
    trace.operation(`user: ${what}${manager ? "" : ": nobody answers"}`);
    if (!manager) return;
    work(manager.store).then(
      ({ resourceVersion }) => {
        if (!manager.alive) return;
        trace.detail(`${what}: done`);
        if (resourceVersion !== undefined && Number(resourceVersion) > disk.version)
          world.broken(`${what} was answered with version ${resourceVersion}, and the disk has ${disk.version}`);
      },
      (error: unknown) => trace.detail(`${what}: ${error instanceof Error ? error.message : error}`),
    );
  };
  const apply = (what: string, resource: object) =>
    ask(what, async (store) => {
      const [applied] = await applyAll(store, [JSON.parse(JSON.stringify(resource)) as JsonObject], false);
      return { resourceVersion: applied?.resource.metadata.resourceVersion };
    });
  const remove = (name: string) =>
    ask(`delete ${name}`, async (store) => ({ resourceVersion: (await store.delete("VirtualMachine", name))?.metadata.resourceVersion }));

  const hardware = () => ({ cpus: chance.between(1, 4), memoryMiB: 512 * chance.between(1, 4) });
  const newSpec = (): Partial<VirtualMachineSpec> => ({
    provider: chance.pick(profile.sites).name,
    ...(chance.happens(0.5) ? { class: chance.pick(["small", "large"]) } : { hardware: hardware() }),
    image: chance.pick(["ubuntu", "ubuntu", "fetched"]),
    ...(chance.happens(0.7) && { interfaces: [{ name: "eth0", network: "lan" }] }),
    ...(chance.happens(0.5) && { disks: [{ name: "data", sizeGiB: chance.between(1, 10) }] }),
    powerState: chance.pick(["On", "On", "On", "Off", "Suspended"]),
    updatePolicy: chance.pick(["Live", "Restart"]),
    shutdownTimeoutSeconds: chance.pick([0, 2, 60]),
    deletionPolicy: chance.happens(0.1) ? "Retain" : "Delete",
    recreatePolicy: chance.pick(["Never", "IfMissing"]),
  });

  const changes: readonly ((spec: VirtualMachineSpec) => Partial<VirtualMachineSpec>)[] = [
    () => ({ powerState: chance.pick(["On", "Off", "Suspended"]) }),
    ({ powerState }) => ({ powerState: powerState === "On" ? "Off" : "On" }),
    ({ powerState }) => ({ powerState: powerState === "On" ? "Off" : "On" }),
    () => ({ class: undefined, hardware: hardware() }),
    () => ({ hardware: undefined, class: chance.pick(["small", "large"]) }),
    ({ disks = [] }) => ({ disks: disks.map((disk) => ({ ...disk, sizeGiB: disk.sizeGiB + 1 })) }),
    ({ disks = [] }) => ({ disks: [...disks, { name: `extra-${chance.between(1, 99)}`, sizeGiB: 1, retain: chance.happens(0.2) }] }),
    ({ disks = [] }) => ({ disks: disks.slice(0, -1) }),
    ({ interfaces = [] }) => ({
      interfaces: interfaces.length > 1 ? interfaces.slice(0, 1) : [...interfaces, { name: `eth${interfaces.length}`, network: "lan" }],
    }),
    () => ({ updatePolicy: chance.pick(["Live", "Restart"]) }),
    () => ({ shutdownTimeoutSeconds: chance.pick([0, 2, 60]) }),
    () => ({ recreatePolicy: chance.pick(["Never", "IfMissing"]) }),
    () => ({ deletionPolicy: chance.happens(0.2) ? "Retain" : "Delete" }),
  ];
  const change = ({ metadata: { name, labels }, spec }: VirtualMachine, what: Partial<VirtualMachineSpec>) =>
    apply(`change ${name}: ${JSON.stringify(what)}`, {
      apiVersion,
      kind: "VirtualMachine",
      metadata: { name, labels },
      spec: { ...spec, ...what },
    });
  const changeClass = () => {
    const [name, cpus] = chance.pick([["small", 1] as const, ["large", 4] as const]);
    const spec = { cpus, memoryMiB: 512 * chance.between(1, 4), rollout: { maxConcurrent: chance.between(1, 3), maxFailures: 2 } };
    apply(`change VMClass ${name}: ${JSON.stringify(spec)}`, { apiVersion, kind: "VMClass", metadata: { name }, spec });
  };
  const restart = ({ metadata: { name, labels }, spec }: VirtualMachine) => {
    const annotations = { [restartAnnotation]: new Date(world.scheduler.nowMs + chance.pick([0, 0, 5_000])).toISOString() };
    apply(`restart ${name}`, { apiVersion, kind: "VirtualMachine", metadata: { name, labels, annotations }, spec });
  };
  const create = (name: string) => {
    const spec = newSpec();
    apply(`apply ${name}: ${JSON.stringify(spec)}`, { apiVersion, kind: "VirtualMachine", metadata: { name }, spec });
  };

  /** What the manager let go of is someone's to delete on the platform itself: until then its name is taken. */
  const removeLetGo = () => {
    for (const { name, platform } of world.sites) {
      for (const { id, uid } of platform.state().machines) {
        if (uid !== "" && !world.letGo.has(uid)) continue;
        trace.operation(`user: deletes ${id} on ${name}, which was let go of`);
        platform.incidents.vanish(id);
      }
    }
  };

  const isInterrupted = (uid: string) =>
    world.sites.some(({ platform }) =>
      platform.state().machines.some((machine) => machine.uid === uid && machine.problem?.reason === "INTERRUPTED"),
    );

  return {
    begin() {
      const fetched = { url: "https://images.example/fetched.qcow2", checksum: `sha256:${"ab".repeat(32)}` };
      for (const { name, address, limits } of profile.sites)
        apply(`apply Provider ${name}`, { apiVersion, kind: "Provider", metadata: { name }, spec: { address, ...limits } });
      apply("apply VMClass small", { apiVersion, kind: "VMClass", metadata: { name: "small" }, spec: { cpus: 1, memoryMiB: 512 } });
      apply("apply VMClass large", { apiVersion, kind: "VMClass", metadata: { name: "large" }, spec: { cpus: 4, memoryMiB: 4096 } });
      apply("apply VMImage ubuntu", {
        apiVersion,
        kind: "VMImage",
        metadata: { name: "ubuntu" },
        spec: { source: { existing: "ubuntu-24.04" } },
      });
      apply("apply VMImage fetched", { apiVersion, kind: "VMImage", metadata: { name: "fetched" }, spec: { source: fetched } });
      apply("apply VMNetwork lan", { apiVersion, kind: "VMNetwork", metadata: { name: "lan" }, spec: { network: "default" } });
    },
    act() {
      const name = chance.pick(profile.machineNames);
      const vm = disk.get("VirtualMachine", name) as VirtualMachine | undefined;
      if (!vm) return create(name);
      if (chance.happens(0.2)) return remove(name);
      if (chance.happens(0.1)) return changeClass();
      if (vm.metadata.deletionTimestamp) return;
      if (chance.happens(0.1)) return restart(vm);
      if (chance.happens(0.1)) {
        const { metadata, spec } = vm;
        const labels = { ...metadata.labels, team: `t-${chance.between(1, 3)}` };
        return apply(`label ${name}`, { apiVersion, kind: "VirtualMachine", metadata: { name, labels }, spec });
      }
      change(vm, chance.pick(changes)(vm.spec));
    },
    changeOne() {
      const settled = disk.machines().filter(({ status }) => status?.phase !== "Failed");
      if (settled.length === 0) return;
      const vm = chance.pick(settled);
      change(vm, { powerState: vm.spec.powerState === "On" ? "Off" : "On", hardware: hardware(), class: undefined });
    },
    repair() {
      removeLetGo();
      for (const vm of disk.machines()) {
        const { metadata, spec, status } = vm;
        if (metadata.deletionTimestamp) continue;
        const reason = status?.conditions?.find(({ type }) => type === "Ready")?.reason;
        const { failures } = status ?? {};
        const isFinal = failures !== undefined && failures.nextTryAt === undefined && failures.generation === metadata.generation;
        if (reason === "PlatformFailed" && isInterrupted(metadata.uid))
          world.broken(`${metadata.name} was interrupted, and nobody goes on with it`);
        else if (reason === "PlatformFailed" || (isFinal && failures.message.includes("delete the VirtualMachine and")))
          remove(metadata.name);
        else if (reason === "Vanished" && spec.recreatePolicy === "Never") {
          if (chance.happens(0.5)) remove(metadata.name);
        } else if (spec.powerState === "Suspended") change(vm, { powerState: "On" });
        else if (isFinal || world.drifted.delete(metadata.uid))
          change(vm, { shutdownTimeoutSeconds: spec.shutdownTimeoutSeconds === 3 ? 4 : 3 });
      }
    },
    deleteAll() {
      removeLetGo();
      for (const { metadata } of disk.machines()) if (metadata.deletionTimestamp === undefined) remove(metadata.name);
    },
  };
}
