import { readFileSync } from "node:fs";
import { StartError } from "@remuda/provider-kit";
import type { Trust, VsphereOptions } from "@remuda/vsphere-client";
import type { Defaults } from "./settings";

export const flags = {
  url: { description: "the vCenter or ESXi host: https://vcenter.example.com", value: "URL", required: true },
  username: { description: "the account", value: "NAME", required: true },
  "password-file": { description: "a file with the account's password", value: "FILE", required: true },
  "ca-file": { description: "the roots that vouch for the server, in PEM; the system's unless given", value: "FILE" },
  thumbprint: { description: "the SHA-256 or SHA-1 thumbprint of the server's certificate, in place of roots", value: "HEX" },
  datacenter: { description: "where machines go that name no zone: name or path", value: "NAME" },
  cluster: { description: "where machines go that name no cluster, host or resource pool", value: "NAME" },
  "resource-pool": { description: "the resource pool of machines that name none", value: "NAME" },
  folder: { description: "the folder of machines that name none", value: "NAME" },
  datastore: { description: "the datastore of machines that name none", value: "NAME" },
  network: { description: "the network of interfaces that name none", value: "NAME" },
} as const;

type FlagValues = Readonly<Partial<Record<keyof typeof flags, string>>>;

export interface Config {
  connection: Pick<VsphereOptions, "url" | "username" | "password" | "trust">;
  defaults: Defaults;
}

/** Throws StartError that names the flag. */
export function readConfig(values: FlagValues): Config {
  const { url = "", username = "", thumbprint } = values;
  const text = (flag: keyof typeof flags) => values[flag] ?? "";
  return {
    connection: {
      url,
      username,
      password: readText("password-file", values["password-file"] ?? "").replace(/\r?\n$/, ""),
      trust: readTrust(values["ca-file"], thumbprint),
    },
    defaults: {
      datacenter: text("datacenter"),
      cluster: text("cluster"),
      resourcePool: text("resource-pool"),
      folder: text("folder"),
      datastore: text("datastore"),
      network: text("network"),
    },
  };
}

function readTrust(caFile: string | undefined, thumbprint: string | undefined): Trust {
  if (caFile !== undefined && thumbprint !== undefined) throw new StartError("--ca-file and --thumbprint: give one of them");
  if (caFile !== undefined) return { kind: "ca", pem: readText("ca-file", caFile) };
  return thumbprint === undefined ? { kind: "system" } : { kind: "thumbprint", thumbprint };
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new StartError(`--${flag}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
