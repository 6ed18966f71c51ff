import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadDocuments } from "../apply";
import { type ConnectionFile, connectionPath, resolveTarget } from "../connection";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { CliError } from "../exit-status";
import { createLiveView, type LiveView } from "../live";
import type { Style } from "../terminal";
import { diskProblem } from "./disk";
import { checkExposure } from "./exposure";
import type { FirstSteps } from "./first-steps";
import { endLeftovers } from "./leftovers";
import { type Lock, removeQuietly, takeLock } from "./lock";
import { createLogFolder, type LogFile } from "./log-file";
import { renderLogLine } from "./log-lines";
import { reachable, untilListening } from "./ports";
import { planServices, type Service } from "./services";
import { pointAtSimulator } from "./sim-address";
import { type Supervised, supervise } from "./supervise";

export interface UpOptions {
  home?: string;
  listen: string;
  simListen: string;
  sim: boolean;
  tokenFile?: string;
  tlsCert?: string;
  tlsKey?: string;
  insecure?: boolean;
  logs: "short" | "json" | "none";
  apply?: string[];
  wait?: boolean;
  once?: boolean;
  timeout: string;
}

const readyWithinMs = 30_000;
const stopWithinMs = 15_000;
const colors: readonly Style[] = ["cyan", "magenta", "blue", "yellow"];

/** Manager and providers as processes of their own, until Ctrl-C. */
export async function up(context: Context, options: UpOptions): Promise<void> {
  const home = resolve(options.home ?? context.config.home);
  const tokenFile = options.tokenFile ?? context.config.tokenFile;
  const timeout = { text: options.timeout, ms: parseDurationMs(options.timeout) };
  // A file that is wrong is told before anything is started.
  const documents = options.apply && (await loadDocuments(options.apply, false, context.terminal.stdin));
  if (!documents && (options.once || options.wait)) throw new CliError("USAGE", "--once and --wait go with --apply FILE");
  const tls = checkExposure({ ...options, tokenFile });
  const live = createLiveView(context.terminal);
  const say = (line: string) => live.print(line);
  const lock = takeLock(home, options.listen, say);
  const openLog = createLogFolder({ folder: join(home, "logs"), say });
  const running: Supervised[] = [];
  const ending = new AbortController();
  // Whatever ends this process, a second Ctrl-C above all, takes the others along.
  const killAll = () => {
    for (const one of running) one.kill();
  };
  process.on("exit", killAll);
  try {
    if (lock.leftovers.length > 0) live.print(`ending ${lock.leftovers.length} left by a run that was killed`);
    await endLeftovers(lock.leftovers, context.now);
    const { servicesDir } = context.config;
    const { sim, listen, simListen, insecure = false } = options;
    const services = await planServices({ home, servicesDir, listen, simListen, sim, tokenFile, insecure, tls });
    const [manager] = services;
    lock.settle(manager.address);
    const width = Math.max(...services.map((s) => s.name.length));
    for (const [i, service] of services.entries())
      running.push(
        start(context, live, lock, {
          service,
          file: openLog(`${service.name}.log`),
          width,
          style: colors[i % colors.length] ?? "cyan",
          logs: options.logs,
        }),
      );
    const failure = Promise.race(running.map((one) => one.ended));
    // Awaited below wherever it matters; until then it must not count as unhandled.
    failure.catch(() => undefined);
    await Promise.race([failure, untilReady(services, context.signal)]);
    if (context.signal.aborted) return;
    const server = reachable(manager.address);
    const simulator = services.find(({ service }) => service === "provider-sim");
    const simAddress = simulator && reachable(simulator.address);
    leaveConnection(home, { address: server, tokenFile: tokenFile && resolve(tokenFile), tlsCert: tls?.cert, simAddress }, say);
    live.print(
      `${context.terminal.style("bold", "remuda is up")}: ${services.map((s) => `${s.name} at ${s.address}`).join(", ")}; Ctrl-C stops it`,
    );
    const target = resolveTarget(context.config, { server, tokenFile, insecure, tlsCert: tls?.cert });
    const { tellStrayProviders } = await import("./stray-providers");
    void tellStrayProviders({ target, home, simAddress, say }, AbortSignal.any([context.signal, ending.signal]));
    if (documents) {
      const pointed = simAddress === undefined ? documents : pointAtSimulator(documents, simAddress, say);
      const flags = home === resolve(context.config.home) ? "" : `--server ${server}`;
      const steps = { documents: pointed, target, timeout, withSim: simulator !== undefined, flags, once: options.once ?? false };
      await Promise.race([failure, firstSteps(context, live, options, steps)]);
    }
    if (options.once) return;
    await Promise.race([failure, untilAborted(context.signal)]);
  } finally {
    ending.abort();
    if (context.signal.aborted) live.print("stopping; Ctrl-C again ends everything at once");
    await stopAll(running);
    process.off("exit", killAll);
    removeQuietly(connectionPath(home));
    lock.release();
  }
}

/** For commands in other terminals; without it they are told by a flag. */
function leaveConnection(home: string, connection: ConnectionFile, say: (line: string) => void): void {
  try {
    writeFileSync(connectionPath(home), JSON.stringify(connection), { mode: 0o600 });
  } catch (error) {
    // Half a file would be worse than none.
    removeQuietly(connectionPath(home));
    say(
      `${diskProblem(error)}: ${connectionPath(home)} can't be written; other commands find this manager with --server ${connection.address}`,
    );
  }
}

/** Fails where nothing is to stay: else what went wrong is told, and everything goes on. */
async function firstSteps(context: Context, live: LiveView, { once, wait }: UpOptions, steps: FirstSteps): Promise<void> {
  const { takeFirstSteps } = await import("./first-steps");
  try {
    await takeFirstSteps(context, live, steps);
  } catch (error) {
    if (context.signal.aborted) return;
    if (once || wait || !(error instanceof CliError)) throw error;
    live.print(`${context.terminal.style("red", "error:")} ${error.message}`);
    if (error.hint !== undefined) live.print(`  ${error.hint}`);
  }
}

interface StartOptions {
  service: Service;
  file: LogFile;
  width: number;
  style: Style;
  logs: UpOptions["logs"];
}

function start(context: Context, live: LiveView, lock: Lock, { service, file, width, style, logs }: StartOptions): Supervised {
  const { terminal, config, script } = context;
  const prefix = `${terminal.style(style, service.name.padEnd(width))} ${terminal.style("dim", "│")} `;
  const show = (line: string) => live.print(`${prefix}${line}`);
  const one = supervise({
    name: service.name,
    now: context.now,
    // A group of its own: a terminal's Ctrl-C reaches this process alone, which then stops the others in order.
    spawn: () =>
      spawn(process.execPath, [script, "__service", service.service, ...service.args], {
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
        env: config.environment,
      }),
    onStart: (pid) => lock.record(service.name, pid),
    onLine: (line) => {
      file.write(line);
      if (logs === "json") show(line);
      else if (logs === "short") show(renderLogLine(line, terminal));
    },
    onNote: (text) => {
      file.write(text);
      show(text);
    },
  });
  one.ended.finally(() => file.close()).catch(() => undefined);
  return one;
}

async function untilReady(services: readonly Service[], signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(readyWithinMs);
  for (const { name, address } of services) {
    await untilListening(address, AbortSignal.any([signal, deadline]));
    if (deadline.aborted) {
      throw new CliError("TIMEOUT", `${name} does not listen at ${address} after ${readyWithinMs / 1000} s`, {
        hint: "its log is in the home folder under logs/",
      });
    }
  }
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });

/** In turn, the manager first, so that it does not mistake a provider's end for trouble. */
async function stopAll(running: readonly Supervised[]): Promise<void> {
  const timer = setTimeout(() => {
    for (const one of running) one.kill();
  }, stopWithinMs);
  for (const one of running) {
    one.stop();
    await one.ended.catch(() => undefined);
  }
  clearTimeout(timer);
}
