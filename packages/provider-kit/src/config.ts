import { parseArgs } from "node:util";
import { isLocal } from "./address";
import { defaultLimits } from "./limits";
import { type LogLevel, logLevels } from "./log";
import type { ProviderOptions } from "./start-provider";

/** A flag of one provider, beside those that all have. */
export interface Flag {
  /** For --help: what it means, with its unit. */
  description: string;
  /** Text that stands for the value in --help, such as "FILE". None: the flag is a switch. */
  value?: string;
  default?: string;
  /** It must be given. */
  required?: boolean;
}

export type Flags = Readonly<Record<string, Flag>>;

/** A switch is a boolean; a flag with a default, or one that must be given, is a text; another is a text or undefined. */
export type FlagValues<F extends Flags> = {
  [Name in keyof F]: F[Name] extends { value: string }
    ? F[Name] extends { default: string } | { required: true }
      ? string
      : string | undefined
    : boolean;
};

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const common = {
  listen: { description: "where to serve gRPC: host:port, or unix:/path", value: "ADDRESS", default: "127.0.0.1:7710" },
  "http-listen": { description: "where to serve /metrics, /healthz and /readyz; nowhere unless given", value: "ADDRESS" },
  "tls-cert": { description: "the server's certificate, with its chain, in PEM", value: "FILE" },
  "tls-key": { description: "its private key, in PEM", value: "FILE" },
  "tls-client-ca": { description: "only clients with a certificate of this authority may connect", value: "FILE" },
  insecure: { description: "serve in plaintext also where other machines can reach it" },
  "http-insecure": { description: "serve --http-listen, which is plaintext, also where other machines can reach it" },
  qps: { description: "calls a second, over time", value: "NUMBER", default: `${defaultLimits.qps}` },
  burst: { description: "calls that may come at once after a quiet time", value: "NUMBER", default: `${defaultLimits.burst}` },
  "max-concurrent-calls": {
    description: "calls that run at once; others wait",
    value: "NUMBER",
    default: `${defaultLimits.maxConcurrentCalls}`,
  },
  "otlp-endpoint": {
    description: "where traces are sent, such as http://127.0.0.1:4318; nowhere unless given (also OTEL_EXPORTER_OTLP_ENDPOINT)",
    value: "URL",
  },
  "log-level": { description: logLevels.join(", "), value: "LEVEL", default: "info" },
  help: { description: "print this and end" },
  version: { description: "print the version and end" },
} as const satisfies Flags;

export type Config<F extends Flags> =
  | { show: "help" | "version" }
  | { show?: undefined; flags: FlagValues<F>; options: Omit<ProviderOptions, "name" | "version"> };

export type Environment = Readonly<Record<string, string | undefined>>;

const variableOf = (name: string) => `REMUDA_${name.replaceAll("-", "_").toUpperCase()}`;

/** Reads the command line and, for what it leaves out, the environment. Throws UsageError. */
export function readConfig<F extends Flags>(own: F, args: readonly string[], environment: Environment = process.env): Config<F> {
  const all: Flags = { ...own, ...common };
  const given = parse(all, args);
  if (given.help) return { show: "help" };
  if (given.version) return { show: "version" };

  const values = new Map<string, string | boolean | undefined>();
  for (const [name, flag] of Object.entries(all)) values.set(name, given[name] ?? fromEnvironment(name, flag, environment) ?? flag.default);
  for (const [name, flag] of Object.entries(own)) {
    if (flag.value === undefined) values.set(name, values.get(name) === true);
    if (flag.required && values.get(name) === undefined)
      throw new UsageError(`--${name} ${flag.value ?? ""} is required: ${flag.description}`);
  }
  // The declarations that FlagValues reads are the ones that filled the map.
  const flags = Object.fromEntries(Object.keys(own).map((name) => [name, values.get(name)])) as FlagValues<F>;
  return { flags, options: commonOptions((name) => values.get(name)) };
}

function parse(all: Flags, args: readonly string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(
    Object.entries(all).map(([name, flag]) => [name, { type: flag.value === undefined ? ("boolean" as const) : ("string" as const) }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function fromEnvironment(name: string, flag: Flag, environment: Environment): string | boolean | undefined {
  if (name === "help" || name === "version") return undefined;
  // This one is known to every program that sends traces.
  const text = environment[variableOf(name)] ?? (name === "otlp-endpoint" ? environment.OTEL_EXPORTER_OTLP_ENDPOINT : undefined);
  if (text === undefined || text === "") return undefined;
  if (flag.value !== undefined) return text;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return undefined;
  throw new UsageError(`${variableOf(name)} must be true or false; it is "${text}"`);
}

function commonOptions(value: (name: keyof typeof common) => string | boolean | undefined): Omit<ProviderOptions, "name" | "version"> {
  const text = (name: keyof typeof common) => {
    const found = value(name);
    return typeof found === "string" ? found : undefined;
  };
  const amount = (name: keyof typeof common) => {
    const found = text(name);
    if (found === undefined) return undefined;
    if (Number.isFinite(Number(found)) && Number(found) > 0) return Number(found);
    throw new UsageError(`--${name} must be a number above 0; it is "${found}"`);
  };
  const [certFile, keyFile, clientCaFile] = [text("tls-cert"), text("tls-key"), text("tls-client-ca")];
  if ((certFile === undefined) !== (keyFile === undefined)) throw new UsageError("--tls-cert and --tls-key go together");
  if (clientCaFile !== undefined && certFile === undefined) throw new UsageError("--tls-client-ca needs --tls-cert and --tls-key");
  const httpListen = text("http-listen");
  if (httpListen !== undefined && !isLocal(httpListen) && value("http-insecure") !== true && value("insecure") !== true) {
    throw new UsageError(
      `--http-listen ${httpListen} is not loopback: /metrics would be readable in plaintext by all who reach it; listen on 127.0.0.1, or say --http-insecure`,
    );
  }
  const otlpEndpoint = text("otlp-endpoint");
  if (otlpEndpoint !== undefined && !/^https?:$/.test(URL.canParse(otlpEndpoint) ? new URL(otlpEndpoint).protocol : ""))
    throw new UsageError("--otlp-endpoint must be an http or https URL");
  return {
    listen: text("listen") ?? common.listen.default,
    httpListen,
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile, clientCaFile } : undefined,
    insecure: value("insecure") === true,
    otlpEndpoint,
    limits: { qps: amount("qps"), burst: amount("burst"), maxConcurrentCalls: amount("max-concurrent-calls") },
    log: logLevel(text("log-level") ?? common["log-level"].default),
  };
}

function logLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new UsageError(`--log-level must be one of ${logLevels.join(", ")}; it is "${text}"`);
  return level;
}

/** What --help prints. */
export function usage(name: string, about: string, own: Flags): string {
  const lines = (flags: Flags) => {
    const rows = Object.entries(flags).map(([flag, { description, value, default: preset, required }]) => {
      const note = required ? " (required)" : preset === undefined ? "" : ` (default ${preset})`;
      return [`  --${flag}${value === undefined ? "" : ` ${value}`}`, `${description}${note}`] as const;
    });
    const width = Math.max(...rows.map(([left]) => left.length)) + 2;
    return rows.map(([left, right]) => `${left.padEnd(width)}${right}`).join("\n");
  };
  const ownPart = Object.keys(own).length === 0 ? "" : `\nThis provider:\n${lines(own)}\n`;
  return `${name}: ${about}\n${ownPart}\nEvery provider:\n${lines(common)}\n\nEach flag can be a variable of the environment too: --http-listen is REMUDA_HTTP_LISTEN.\n`;
}
