import type { JsonSchema } from "./json-schema";
import type { KindName } from "./kinds";
import type { Condition } from "./metadata";
import type { ProviderStatus, RetainedMachine } from "./provider";
import { type Applied, type PendingTask, type VirtualMachineStatus, virtualMachinePhases } from "./virtual-machine";
import type { VMClassStatus } from "./vm-class";
import type { VMImageStatus } from "./vm-image";

/** Every field of a status type, so that none is forgotten here. */
type Fields<T> = Record<keyof T, JsonSchema>;
type Item<T> = T extends readonly (infer E)[] ? E : never;
type Part<Status, Name extends keyof Status> = NonNullable<Status[Name]>;

const text = (description: string, values?: readonly string[]): JsonSchema => ({
  type: "string",
  description,
  ...(values && { enum: [...values] }),
});
const integer = (description: string): JsonSchema => ({ type: "integer", description });
const number = (description: string): JsonSchema => ({ type: "number", description });
const list = (items: JsonSchema): JsonSchema => ({ type: "array", description: items.description, items });
const object = <T>(description: string, properties: Fields<T>): JsonSchema => ({ type: "object", description, properties });

const generation = integer("The generation of spec that it speaks of.");
const conditions = list(
  object<Condition>("One aspect of the state each, as Kubernetes has it.", {
    type: text("Which aspect, such as Ready."),
    status: text("Whether it holds.", ["True", "False", "Unknown"]),
    reason: text("Why, in one word for programs."),
    message: text("What happened and what to do, for people."),
    lastTransitionTime: text("When its status last changed, RFC 3339."),
    observedGeneration: generation,
  }),
);

const applied: Fields<Applied> = {
  labels: text("A digest of its labels."),
  class: object<Part<Applied, "class">>("The class that its hardware came from, as that was then.", {
    name: text("Its name."),
    revision: text("A digest of it."),
  }),
};

type Disk = Item<Part<VirtualMachineStatus, "disks">>;
type Interface = Item<Part<VirtualMachineStatus, "interfaces">>;

const virtualMachine: Fields<VirtualMachineStatus> = {
  phase: text("Where it stands, for people; programs read conditions.", virtualMachinePhases),
  conditions,
  id: text("The platform's id of it."),
  launchedAt: text("When the platform was first asked to make it, RFC 3339."),
  provider: text("The Provider that it was made with."),
  platformId: text("The platform that it was made on."),
  powerState: text("Whether it runs.", ["On", "Off", "Suspended"]),
  task: object<PendingTask>("What the platform is at.", {
    operation: text("What is done.", ["Create", "Delete", "Power", "Reconfigure"]),
    brings: object<Part<PendingTask, "brings">>("What the machine has when it is done.", { ...applied, generation }),
    ref: text("The provider's name for it."),
    progressPercent: integer("How far it is."),
    stage: text("What it is at, in the platform's words."),
    startedAt: text("Since when, RFC 3339."),
  }),
  addresses: list(text("All addresses that were seen, in the interfaces' order.")),
  interfaces: list(
    object<Interface>("Its interfaces, as the platform shows them.", {
      name: text("Its name in spec."),
      network: text("The platform's network."),
      macAddress: text("Its hardware address."),
      addresses: list(text("The addresses that were seen on it.")),
    }),
  ),
  disks: list(
    object<Disk>("Its disks, as the platform shows them.", {
      id: text("The platform's id of it."),
      name: text("Its name in spec."),
      capacityBytes: integer("Its size in bytes."),
      usedBytes: integer("What it takes of its storage, in bytes."),
      storage: text("Where it is kept."),
    }),
  ),
  hardware: object<Part<VirtualMachineStatus, "hardware">>("What it has, as the platform shows it.", {
    cpus: integer("Virtual processors."),
    memoryMiB: integer("Memory in MiB."),
  }),
  host: text("The host that it is on."),
  pricePerHour: number("What it costs."),
  observedGeneration: integer("The generation of spec that the platform was last brought to."),
  applied: object<Applied>("What it was brought to beside its own spec.", applied),
  drift: list(text("What someone changed on the platform.")),
  restartedFor: text("The newest request for a restart that was seen to."),
  missing: object<Part<VirtualMachineStatus, "missing">>("The platform said that it has it no more.", {
    since: text("When it said so, RFC 3339."),
  }),
  recreated: object<Part<VirtualMachineStatus, "recreated">>("That it was made anew lately.", {
    count: integer("How often."),
    at: text("When last, RFC 3339."),
  }),
  failures: object<Part<VirtualMachineStatus, "failures">>("What failed of late, again and again.", {
    count: integer("How often."),
    reason: text("Why the last time, in one word."),
    message: text("The same for people."),
    nextTryAt: text("When it is tried next, RFC 3339."),
    generation,
    classRevision: text("The class that could not be had."),
  }),
};

const provider: Fields<ProviderStatus> = {
  phase: text("How the connection stands.", ["Connecting", "Connected", "Unreachable", "Invalid"]),
  conditions,
  platform: text("What kind of platform it is."),
  platformId: text("Which one the machines are on."),
  platformVersion: text("Its version."),
  providerVersion: text("The provider service's version."),
  account: text("As whom the provider works there."),
  services: list(text("The services of the contract that it has.")),
  machines: integer("Machines of this installation that the platform shows; left out: not seen yet."),
  orphans: integer("Machines of this installation that no VirtualMachine is for."),
  retained: list(
    object<RetainedMachine>("Machines that were let go of and still bear marks.", {
      uid: text("The uid of the VirtualMachine that it was."),
      id: text("The platform's id of it."),
      name: text("The name of the VirtualMachine that it was."),
    }),
  ),
  observedGeneration: generation,
};

const vmClass: Fields<VMClassStatus> = {
  conditions,
  rollout: object<Part<VMClassStatus, "rollout">>("How far the last change has come.", {
    generation,
    total: integer("Machines that it meets."),
    updated: integer("Those that have it."),
    changing: integer("Those that are being changed."),
    failed: integer("Those where it failed."),
  }),
};

const vmImage: Fields<VMImageStatus> = {
  conditions,
  providers: list(
    object<Item<Part<VMImageStatus, "providers">>>("Where it stands on each provider that was asked for it.", {
      provider: text("The Provider."),
      imageId: text("The platform's id of it."),
      ready: { type: "boolean", description: "Whether machines can be made from it." },
      task: text("The provider's name of what it is at."),
      progressPercent: integer("How far that is."),
      message: text("What holds it up."),
    }),
  ),
};

/** What the status of each kind may have. It is written by Remuda alone: it tells what there is, and refuses nothing. */
export const statusFields: Record<KindName, Record<string, JsonSchema>> = {
  Provider: provider,
  VirtualMachine: virtualMachine,
  VMClass: vmClass,
  VMImage: vmImage,
  VMNetwork: { conditions },
};
