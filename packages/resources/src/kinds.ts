import type { z } from "zod";
import { providerSpecSchema } from "./provider";
import { virtualMachinePhases, virtualMachineSpecSchema } from "./virtual-machine";
import { vmClassSpecSchema } from "./vm-class";
import { vmImageSpecSchema } from "./vm-image";
import { vmNetworkSpecSchema } from "./vm-network";

/** A column of a kind's table. */
export interface Column {
  name: string;
  /** Such as "status.phase" or `status.conditions[type=Ready].reason`. */
  path: string;
  type: "string" | "date" | "integer" | "list";
  /** Only in the wide table. */
  wide?: boolean;
}

/** What there is to know about a kind. */
export interface Kind {
  kind: string;
  plural: string;
  shortNames: readonly string[];
  description: string;
  spec: z.ZodType;
  columns: readonly Column[];
  /** Types of the conditions that its status may have. */
  conditions: readonly string[];
  /** What its status.phase may be; empty: it has none. */
  phases: readonly string[];
}

const age: Column = { name: "AGE", path: "metadata.creationTimestamp", type: "date" };

export const kinds = {
  Provider: {
    kind: "Provider",
    plural: "providers",
    shortNames: ["prov"],
    description: "A provider service: one platform, its hypervisors or clouds.",
    spec: providerSpecSchema,
    columns: [
      { name: "ADDRESS", path: "spec.address", type: "string" },
      { name: "PLATFORM", path: "status.platform", type: "string" },
      { name: "VERSION", path: "status.platformVersion", type: "string", wide: true },
      { name: "STATUS", path: "status.phase", type: "string" },
      { name: "MACHINES", path: "status.machines", type: "integer" },
      { name: "ORPHANS", path: "status.orphans", type: "integer", wide: true },
      age,
    ],
    conditions: ["Ready", "Observed", "PlatformShared", "InUse"],
    phases: ["Connecting", "Connected", "Unreachable", "Invalid"],
  },
  VirtualMachine: {
    kind: "VirtualMachine",
    plural: "virtualmachines",
    shortNames: ["vm", "vms"],
    description: "A virtual machine or GPU node.",
    spec: virtualMachineSpecSchema,
    columns: [
      { name: "PROVIDER", path: "spec.provider", type: "string" },
      { name: "CLASS", path: "spec.class", type: "string" },
      { name: "IMAGE", path: "spec.image", type: "string", wide: true },
      { name: "STATUS", path: "status.phase", type: "string" },
      { name: "POWER", path: "status.powerState", type: "string" },
      { name: "ADDRESSES", path: "status.addresses", type: "list" },
      { name: "HOST", path: "status.host", type: "string", wide: true },
      { name: "ID", path: "status.id", type: "string", wide: true },
      age,
    ],
    conditions: ["Resolved", "Created", "Observed", "RestartRequired", "Drifted", "Ready"],
    phases: virtualMachinePhases,
  },
  VMClass: {
    kind: "VMClass",
    plural: "vmclasses",
    shortNames: ["class"],
    description: "Hardware that machines share.",
    spec: vmClassSpecSchema,
    columns: [
      { name: "CPUS", path: "spec.cpus", type: "integer" },
      { name: "MEMORY-MIB", path: "spec.memoryMiB", type: "integer" },
      { name: "GPUS", path: "spec.gpus[*].name", type: "list" },
      age,
    ],
    conditions: ["RolledOut", "InUse"],
    phases: [],
  },
  VMImage: {
    kind: "VMImage",
    plural: "vmimages",
    shortNames: ["image"],
    description: "An image that machines are made from, and where each provider finds it.",
    spec: vmImageSpecSchema,
    columns: [
      { name: "READY", path: "status.conditions[type=Ready].status", type: "string" },
      { name: "PROVIDERS", path: "status.providers[*].provider", type: "list" },
      age,
    ],
    conditions: ["Ready", "InUse"],
    phases: [],
  },
  VMNetwork: {
    kind: "VMNetwork",
    plural: "vmnetworks",
    shortNames: ["network"],
    description: "A network that machines are attached to, and what it is on each provider.",
    spec: vmNetworkSpecSchema,
    columns: [{ name: "NETWORK", path: "spec.network", type: "string" }, { name: "VLAN", path: "spec.vlan", type: "integer" }, age],
    conditions: ["InUse"],
    phases: [],
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
