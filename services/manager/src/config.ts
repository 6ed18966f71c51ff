import { join } from "node:path";
import { parseArgs } from "node:util";
import { isLoopback } from "@remuda/resources";
import { z } from "zod";

export const usage = `remuda-manager: makes declared machines real

  --listen HOST:PORT        the API [127.0.0.1:7700]
  --http-listen HOST:PORT   /metrics, /healthz and /readyz; none if left out
  --data-dir DIR            where resources are kept [./remuda-data]
  --secrets-dir DIR         secrets, as NAME/KEY files [DATA-DIR/secrets]
  --token-file FILE         holds the bearer token; required off loopback
  --tls-cert FILE           the API's certificate
  --tls-key FILE            its key
  --tls-client-ca FILE      clients must show a certificate of this authority
  --insecure                allow plaintext off loopback
  --http-insecure           allow /metrics, /healthz and /readyz off loopback: plaintext, for anyone to read
  --otlp-endpoint URL       where traces are sent, such as http://127.0.0.1:4318; nowhere if left out
  --log-level LEVEL         trace, debug, info, warn, error or silent [info]
  --help

Each flag can be given as a variable instead: REMUDA_LISTEN, REMUDA_DATA_DIR, …; --otlp-endpoint also as OTEL_EXPORTER_OTLP_ENDPOINT.`;

/** Wrong flags or variables; the message says which and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const options = {
  listen: { type: "string" },
  "http-listen": { type: "string" },
  "data-dir": { type: "string" },
  "secrets-dir": { type: "string" },
  "token-file": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "tls-client-ca": { type: "string" },
  insecure: { type: "boolean" },
  "http-insecure": { type: "boolean" },
  "otlp-endpoint": { type: "string" },
  "log-level": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const address = z.string().transform((text, context) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    context.addIssue({ code: "custom", message: `expected HOST:PORT, got ${JSON.stringify(text)}` });
    return z.NEVER;
  }
  return { host: match[1] ?? match[2] ?? "", port };
});
const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0", ""])], "expected true or false")
  .transform((given) => given === true || given === "true" || given === "1");
const schema = z.object({
  listen: address.default({ host: "127.0.0.1", port: 7700 }),
  "http-listen": address.optional(),
  "data-dir": z.string().min(1).default("./remuda-data"),
  "secrets-dir": z.string().min(1).optional(),
  "token-file": z.string().min(1).optional(),
  "tls-cert": z.string().min(1).optional(),
  "tls-key": z.string().min(1).optional(),
  "tls-client-ca": z.string().min(1).optional(),
  insecure: flag.default(false),
  "http-insecure": flag.default(false),
  "otlp-endpoint": z.url({ protocol: /^https?$/, error: "expected an http or https URL" }).optional(),
  "log-level": z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  help: z.boolean().default(false),
});

export interface Config {
  listen: { host: string; port: number };
  httpListen?: { host: string; port: number };
  dataDir: string;
  secretsDir: string;
  tokenFile?: string;
  tls?: { certFile: string; keyFile: string; clientCaFile?: string };
  insecure: boolean;
  otlpEndpoint?: string;
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent";
  help: boolean;
}

const shownAddress = ({ host, port }: { host: string; port: number }) => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Flags before variables before defaults. Throws ConfigError. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv = process.env): Config {
  const given: Record<string, unknown> = {};
  // Known to every program that sends traces.
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) given["otlp-endpoint"] = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  for (const name of Object.keys(options)) {
    const variable = env[`REMUDA_${name.toUpperCase().replaceAll("-", "_")}`];
    if (variable !== undefined && name !== "help") given[name] = variable;
  }
  try {
    Object.assign(given, parseArgs({ args, options, strict: true }).values);
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}; see --help`, { cause: error });
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `--${issue.path.join(".")}: ${issue.message}`).join("; "), {
      cause: parsed.error,
    });
  }
  const flags = parsed.data;
  const httpListen = flags["http-listen"];
  if (httpListen && !isLoopback(shownAddress(httpListen)) && !flags["http-insecure"] && !flags.insecure) {
    throw new ConfigError(
      `--http-listen ${shownAddress(httpListen)} is not loopback: /metrics would be readable in plaintext by all who reach it; listen on 127.0.0.1, or say --http-insecure`,
    );
  }
  const [certFile, keyFile] = [flags["tls-cert"], flags["tls-key"]];
  if ((certFile === undefined) !== (keyFile === undefined)) throw new ConfigError("--tls-cert and --tls-key go together");
  if (flags["tls-client-ca"] !== undefined && certFile === undefined)
    throw new ConfigError("--tls-client-ca needs --tls-cert and --tls-key");
  return {
    listen: flags.listen,
    httpListen,
    dataDir: flags["data-dir"],
    secretsDir: flags["secrets-dir"] ?? join(flags["data-dir"], "secrets"),
    tokenFile: flags["token-file"],
    ...(certFile !== undefined && keyFile !== undefined && { tls: { certFile, keyFile, clientCaFile: flags["tls-client-ca"] } }),
    insecure: flags.insecure,
    otlpEndpoint: flags["otlp-endpoint"],
    logLevel: flags["log-level"],
    help: flags.help,
  };
}
