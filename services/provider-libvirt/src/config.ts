import { StartError } from "@remuda/provider-kit";
import type { Defaults } from "./settings";

export const flags = {
  uri: {
    description: "the libvirt daemons, with spaces between: qemu:///system, qemu+ssh://user@host/system?keyfile=…",
    value: "URI",
    default: "qemu:///system",
  },
  pool: { description: "the storage pool of disks that name none", value: "NAME", default: "default" },
  "image-pool": { description: "the storage pool of images; that of disks unless given", value: "NAME" },
  network: { description: "the network of interfaces that name none; bridge:NAME for a bridge", value: "NAME", default: "default" },
  "virt-type": { description: "kvm or qemu; kvm where the host offers it, unless given", value: "NAME" },
  "memory-overcommit": {
    description: "how much of a host's memory its running machines may be given; 1: all of it, once",
    value: "NUMBER",
    default: "1",
  },
} as const;

interface FlagValues {
  uri: string;
  pool: string;
  "image-pool"?: string | undefined;
  network: string;
  "virt-type"?: string | undefined;
  "memory-overcommit": string;
}

export interface Config {
  uris: readonly string[];
  virtType: string | undefined;
  defaults: Defaults;
  /** The agent that has SSH keys. */
  sshAgent: string | undefined;
}

/** Throws StartError that names the flag. */
export function readConfig(values: FlagValues, environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const uris = values.uri.split(/\s+/).filter((uri) => uri !== "");
  if (uris.length === 0) throw new StartError("--uri: at least one is needed");
  const virtType = values["virt-type"];
  if (virtType !== undefined && virtType !== "kvm" && virtType !== "qemu")
    throw new StartError(`--virt-type: "${virtType}" is neither kvm nor qemu`);
  const memoryOvercommit = Number(values["memory-overcommit"]);
  if (!(memoryOvercommit > 0)) throw new StartError(`--memory-overcommit: "${values["memory-overcommit"]}" is no number above 0`);
  const { pool, network } = values;
  return {
    uris,
    virtType,
    defaults: { pool, imagePool: values["image-pool"] ?? pool, network, memoryOvercommit },
    sshAgent: environment.SSH_AUTH_SOCK,
  };
}
