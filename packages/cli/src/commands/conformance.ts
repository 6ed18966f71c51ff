import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { isLoopback } from "../connection";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { CliError } from "../exit-status";
import { printable } from "../text";

interface Options {
  junit?: string;
  list?: boolean;
  image?: string;
  template?: string;
  network?: string;
  diskGib?: string;
  only?: string[];
  skip?: string[];
  taskTimeout?: string;
  heartbeatTimeout?: string;
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
  insecure?: boolean;
}

const listOf = (text: string, before: string[] = []) => [...before, ...text.split(",").filter((word) => word !== "")];

export const conformanceCommand = (context: Context): Command =>
  new Command("conformance")
    .description("prove a running provider against the contract; it makes machines and removes them again")
    .argument("[address]", "the provider's address, such as 127.0.0.1:7710 or unix:/path")
    .option("--list", "show the rules")
    .option("--junit <file>", "write the results as JUnit XML too")
    .option("--only <rules>", "only these rules, by id", listOf)
    .option("--skip <rules>", "not these rules, by id", listOf)
    .option("--image <id>", "image for the machines; else the first one that is ready")
    .option("--template <id>", "template for the rules about templates")
    .option("--network <name>", "network of the machines; else the platform's default")
    .option("--disk-gib <n>", "size of the first disk; else the source's own")
    .option("--task-timeout <duration>", "longest time for a task", "5m")
    .option("--heartbeat-timeout <duration>", "prove heartbeats too; 35s proves the contract's 30 s")
    .option("--tls-ca <file>", "authority that signed the provider's certificate; this turns TLS on")
    .option("--tls-cert <file>", "certificate for mutual TLS")
    .option("--tls-key <file>", "its key")
    .option("--insecure", "allow plaintext to another machine")
    .action((address: string | undefined, options: Options) => run(context, address, options));

async function run(context: Context, address: string | undefined, options: Options): Promise<void> {
  const suite = await import("@remuda/provider-conformance");
  const { terminal } = context;
  if (options.list) {
    for (const { id, title } of suite.rules) terminal.out(`${id}: ${title}\n`);
    return;
  }
  if (address === undefined) throw new CliError("USAGE", "say which provider: remuda conformance ADDRESS");
  const known = new Set(suite.rules.map((r) => r.id));
  const unknown = [...(options.only ?? []), ...(options.skip ?? [])].find((id) => !known.has(id));
  if (unknown !== undefined) throw new CliError("USAGE", `there is no rule "${unknown}"`, { hint: "see `remuda conformance --list`" });
  if (options.diskGib !== undefined && !/^[1-9]\d{0,5}$/.test(options.diskGib))
    throw new CliError("USAGE", `--disk-gib "${options.diskGib}" is no size`);
  const credentials = await credentialsOf(address, options);
  const results = await runOrExplain(address, () =>
    suite.runConformance({
      address,
      credentials,
      signal: context.signal,
      onResult: (result) => terminal.out(`${printable(suite.formatResult(result))}\n`),
      settings: {
        image: options.image,
        template: options.template,
        network: options.network,
        diskGiB: options.diskGib === undefined ? undefined : Number(options.diskGib),
        only: options.only,
        skip: options.skip,
        taskTimeoutMs: options.taskTimeout === undefined ? undefined : parseDurationMs(options.taskTimeout),
        heartbeatTimeoutMs: options.heartbeatTimeout === undefined ? undefined : parseDurationMs(options.heartbeatTimeout),
      },
    }),
  );
  terminal.out(`\n${suite.formatSummary(results)}\n`);
  if (options.junit !== undefined) writeFileSync(options.junit, suite.toJunit(results));
  if (context.signal.aborted) throw new CliError("INTERRUPTED", "interrupted; what was made is removed");
  const failed = results.filter((r) => r.outcome === "failed");
  if (failed.length > 0) throw new CliError("FAILED", `${address} breaks ${failed.map((r) => r.id).join(", ")}`);
}

async function runOrExplain<T>(address: string, work: () => Promise<T>): Promise<T> {
  const { ProviderError } = await import("@remuda/contract");
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof ProviderError)) throw cause;
    const outcome = cause.reason === "UNAVAILABLE" || cause.reason === "TIMEOUT" ? "UNREACHABLE" : "ERROR";
    const hint = outcome === "UNREACHABLE" ? "is the provider running there, and does it speak TLS or plaintext as you do?" : undefined;
    throw new CliError(outcome, `no conformance run against ${address}: ${printable(cause.message)}`, { hint, cause });
  }
}

async function credentialsOf(address: string, { tlsCa, tlsCert, tlsKey, insecure }: Options) {
  const { credentials } = await import("@grpc/grpc-js");
  if (tlsCa === undefined && tlsCert === undefined && tlsKey === undefined) {
    const host = address.replace(/:\d+$/, "");
    if (!address.startsWith("unix:") && !isLoopback(host) && !insecure) {
      throw new CliError("USAGE", `${address} is not this machine, and the connection would be plaintext`, {
        hint: "use --tls-ca FILE, or --insecure",
      });
    }
    return credentials.createInsecure();
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new CliError("USAGE", "--tls-cert and --tls-key go together");
  const file = (path: string | undefined) => (path === undefined ? null : readFileSync(path));
  return credentials.createSsl(file(tlsCa), file(tlsKey), file(tlsCert));
}
