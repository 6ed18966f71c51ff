import { readFileSync } from "node:fs";
import { type Cloud, cloudNames, openCloud } from "@remuda/gpu-clouds";
import { StartError } from "@remuda/provider-kit";

export const flags = {
  backend: { description: `the cloud: ${cloudNames.join(", ")}`, value: "NAME", required: true },
  credentials: {
    description: "JSON with the cloud's credentials, readable by you alone; what it lacks is taken from variables such as REMUDA_VAST_KEY",
    value: "FILE",
  },
  account: { description: "the account's name: a new key of the same account then is no other platform", value: "NAME" },
  endpoint: { description: "another address of the cloud's API, such as a double's", value: "URL" },
} as const;

type FlagValues = Readonly<Record<"backend", string>> & Readonly<Partial<Record<"credentials" | "account" | "endpoint", string>>>;
type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  cloud: Cloud;
  account: string | undefined;
}

/** Throws StartError that names the flag or the variable, and never a value of a credential. */
export function readConfig(values: FlagValues, environment: Environment = process.env): Config {
  const { backend, account, endpoint } = values;
  const name = cloudNames.find((known) => known === backend);
  if (name === undefined) throw new StartError(`--backend: "${backend}" is none of ${cloudNames.join(", ")}`);
  if (account !== undefined && !/^[!-~]{1,128}$/.test(account)) throw new StartError("--account: must be 1 to 128 printable characters");
  const given = { ...fromEnvironment(name, environment), ...(values.credentials === undefined ? {} : readFile(values.credentials)) };
  const opened = openCloud(name, given, { baseUrl: endpoint });
  if (opened.ok) return { cloud: opened.cloud, account };
  const missing = opened.problems.map(({ field, message }) => `${field} (${variableOf(name, field)}): ${message}`);
  throw new StartError(`credentials of ${name}: ${missing.join("; ")}`);
}

const variableOf = (cloud: string, field: string) => `REMUDA_${cloud}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();

/** REMUDA_VAST_KEY is { key }; REMUDA_SCALEWAY_SECRET_KEY is { secretKey }. */
function fromEnvironment(cloud: string, environment: Environment): Record<string, string> {
  const prefix = variableOf(cloud, "");
  const found = Object.entries(environment).flatMap(([variable, value]) => {
    if (!variable.startsWith(prefix) || !value) return [];
    const field = variable
      .slice(prefix.length)
      .toLowerCase()
      .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return [[field, value]];
  });
  return Object.fromEntries(found);
}

function readFile(file: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
  } catch (cause) {
    // A parser's message may quote the file.
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it is not JSON";
    throw new StartError(`--credentials ${file}: ${code}`);
  }
  throw new StartError(`--credentials ${file}: it is no JSON object`);
}
