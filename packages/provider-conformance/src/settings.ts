import { randomUUID } from "node:crypto";
import type { NetworkInterface } from "@remuda/contract";

/** What a run may use of the platform, and how patient it is. */
export interface Settings {
  /** The image's id for ordinary machines. Unset: the first ready one of ListImages. */
  image?: string;
  /** A template's id or path; without one the source "template" is not tried. */
  template?: string;
  /** An instance type for the source "instance_type"; without one that is not tried. */
  instanceType?: string;
  /** A GPU's name for hardware.gpus; without one GPUs are not tried. */
  gpu?: string;
  /** An https URL, and its checksum, for PrepareImage; without one only `existing` is tried. */
  imageUrl?: { url: string; checksum: string };
  /** Processors of a machine. */
  cpus: number;
  /** Memory of a machine in MiB. */
  memoryMiB: number;
  /** Size of the first disk in GiB. Unset: the source's own. */
  diskGiB?: number;
  /** The network of every machine. Unset: the platform's default. */
  network?: string;
  /** Where machines shall run, for platforms without a default. */
  placement?: { region?: string; zone?: string; cluster?: string; host?: string; resourcePool?: string; folder?: string };
  /** Longest time in ms that a task, or a change that a watch shows, may take. */
  taskTimeoutMs: number;
  /** Longest time in ms for an answer that the contract wants at once. */
  promptMs: number;
  /** Wait so long in ms for a heartbeat of a watch. Unset: that rule is skipped; 35 s proves the contract's 30 s. */
  heartbeatTimeoutMs?: number;
  /** Owners are this and a number. */
  ownerPrefix: string;
  /** Names of machines begin with it. */
  namePrefix: string;
  /** Rules at once, and calls at once in the rules that make load. */
  parallelism: number;
  /** Machines of the rule that makes load. */
  loadMachines: number;
  /** Only these rules, by id. Unset: all. */
  only?: readonly string[];
  /** Not these rules, by id. */
  skip: readonly string[];
  /** A new UUID with every call. */
  newUid: () => string;
}

export function withDefaults(settings: Partial<Settings> = {}): Settings {
  const newUid = settings.newUid ?? randomUUID;
  return {
    cpus: 1,
    memoryMiB: 256,
    taskTimeoutMs: 300_000,
    promptMs: 2_000,
    ownerPrefix: `conformance-${newUid().slice(0, 8)}`,
    namePrefix: "conformance",
    parallelism: 4,
    loadMachines: 30,
    skip: [],
    ...withoutUndefined(settings),
    newUid,
  };
}

/** The interface that every machine gets; none where the platform's default is used. */
export const interfacesOf = ({ network }: Settings): Pick<NetworkInterface, "name" | "network">[] =>
  network === undefined ? [] : [{ name: "net0", network }];

const withoutUndefined = <T extends object>(from: T): T =>
  Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T; // The same keys, less those without a value.
