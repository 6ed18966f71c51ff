import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { StartError } from "@remuda/provider-kit";
import { gpuMemoryMib } from "./catalog";
import { type Faults, faultsSchema } from "./faults";
import { latencySchema, optionsSchema, type Settings, uniformLatency } from "./options";

export const flags = {
  "state-dir": { description: "where machines and tasks outlive the process; in memory only unless given", value: "DIR" },
  hosts: { description: "how many hosts", value: "NUMBER", default: "4" },
  "host-cpus": { description: "processors of each host", value: "NUMBER", default: "64" },
  "host-memory-mib": { description: "memory of each host in MiB", value: "NUMBER", default: "262144" },
  "host-disk-gib": { description: "disk of each host in GiB", value: "NUMBER", default: "4096" },
  "host-gpus": { description: "GPUs of the last host: NAME:COUNT,… or none", value: "GPUS", default: "H100:8" },
  overcommit: { description: "multiplies the hosts' processors, memory and disk", value: "FACTOR", default: "1" },
  networks: { description: "NAME=CIDR,…; the first is the default", value: "NETWORKS", default: "default=10.77.0.0/16,lab=10.78.0.0/24" },
  images: { description: "further images that are there: NAME:SIZE_GIB,…", value: "IMAGES" },
  "latency-ms": { description: "what operations take: NUMBER for all, or create=2000,power=500,…", value: "LATENCY" },
  "guest-shutdown-ms": { description: "what a guest takes to stop", value: "NUMBER", default: "2000" },
  seed: { description: "of all chance; another one at each start unless given", value: "NUMBER" },
  faults: { description: "what goes wrong, as JSON", value: "FILE" },
  "control-listen": { description: "where to serve the control endpoint, loopback only: host:port", value: "ADDRESS" },
} as const;

type FlagValues = Readonly<Partial<Record<keyof typeof flags, string>>>;

export interface Config {
  settings: Settings;
  seed: number;
  control: { host: string; port: number } | undefined;
}

/** Throws StartError that names the flag. */
export function readConfig(values: FlagValues): Config {
  const count = amount("hosts", values.hosts);
  const gpus = readGpus(values["host-gpus"]);
  const options = {
    stateDir: values["state-dir"],
    hosts: Array.from({ length: count }, (_, index) => ({
      name: `host-${index + 1}`,
      zone: index % 2 === 0 ? "zone-a" : "zone-b",
      cpus: amount("host-cpus", values["host-cpus"]),
      memoryMib: amount("host-memory-mib", values["host-memory-mib"]),
      diskGib: amount("host-disk-gib", values["host-disk-gib"]),
      gpus: index === count - 1 ? gpus : [],
    })),
    overcommit: amount("overcommit", values.overcommit),
    networks: pairs("networks", values.networks, "=").map(([name, cidr]) => ({ name, cidr })),
    images: pairs("images", values.images, ":").map(([name, size]) => ({ name, sizeGib: amount("images", size) })),
    latencyMs: readLatency(values["latency-ms"]),
    guestShutdownMs: amount("guest-shutdown-ms", values["guest-shutdown-ms"]),
    faults: readFaults(values.faults),
  };
  const settings = optionsSchema.safeParse(options);
  if (!settings.success) throw new StartError(issues(settings.error));
  return {
    settings: settings.data,
    seed: values.seed === undefined ? randomInt(2 ** 32) : amount("seed", values.seed),
    control: readControl(values["control-listen"]),
  };
}

function amount(flag: string, text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || text === "" || !Number.isFinite(number) || number < 0)
    throw new StartError(`--${flag}: "${text}" is not a number`);
  return number;
}

function pairs(flag: string, text: string | undefined, separator: string): [string, string][] {
  if (text === undefined || text === "" || text === "none") return [];
  return text.split(",").map((part) => {
    const at = part.indexOf(separator);
    if (at < 1) throw new StartError(`--${flag}: "${part}" has not the form NAME${separator}VALUE`);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
}

function readGpus(text: string | undefined) {
  return pairs("host-gpus", text, ":").map(([name, count]) => ({
    name,
    count: amount("host-gpus", count),
    memoryMib: gpuMemoryMib[name] ?? 16_384,
  }));
}

function readLatency(text: string | undefined) {
  if (text === undefined) return latencySchema.parse({});
  if (!text.includes("=")) return uniformLatency(amount("latency-ms", text));
  const latency = latencySchema.safeParse(
    Object.fromEntries(pairs("latency-ms", text, "=").map(([name, ms]) => [name, amount("latency-ms", ms)])),
  );
  if (!latency.success) throw new StartError(`--latency-ms: ${issues(latency.error)}`);
  return latency.data;
}

function readFaults(file: string | undefined): Faults {
  if (file === undefined) return faultsSchema.parse({});
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new StartError(`--faults: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const faults = faultsSchema.safeParse(input);
  if (!faults.success) throw new StartError(`--faults: ${issues(faults.error)}`);
  return faults.data;
}

function readControl(text: string | undefined): Config["control"] {
  if (text === undefined) return undefined;
  const match = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):(\d{1,5})$/.exec(text);
  const [, host, port] = match ?? [];
  if (host === undefined || port === undefined) {
    throw new StartError(
      `--control-listen: "${text}" is no loopback address such as 127.0.0.1:7711; the endpoint asks nobody who they are`,
    );
  }
  return { host: host.replace(/[[\]]/g, ""), port: Number(port) };
}

const issues = (error: { issues: readonly { path: PropertyKey[]; message: string }[] }): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
