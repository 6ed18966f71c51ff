import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { bundles } from "../src/program";

/** A program of ours under measurement. */
export interface Measured {
  /** All of its metrics, by name with labels as /metrics writes them. */
  metrics(): Promise<Map<string, number>>;
  /** User and system time since its start. */
  cpuSeconds(): Promise<number>;
  /** Most memory that it ever had; undefined where the system does not tell. */
  peakMiB(): number | undefined;
  stop(): Promise<void>;
}

export interface MeasuredOptions {
  bundle: keyof typeof bundles;
  args: readonly string[];
  /** "host:port" where its flags make it serve /metrics. */
  http: string;
  nodeFlags: readonly string[];
  /** Its working directory and log. */
  folder: string;
}

/** Starts it and waits until it is ready. Its log goes to a file, so that nobody's time goes into reading it. */
export async function startMeasured({ bundle, args, http, nodeFlags, folder }: MeasuredOptions): Promise<Measured> {
  const logFile = `${folder}/${bundle}.log`;
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, [...nodeFlags, bundles[bundle], ...args], { cwd: folder, stdio: ["ignore", log, log] });
  const endWithUs = () => child.kill("SIGKILL");
  process.on("exit", endWithUs);
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));

  const metrics = async () => readMetrics(await (await fetch(`http://${http}/metrics`)).text());
  const ready = async () => {
    try {
      return (await fetch(`http://${http}/readyz`)).ok;
    } catch {
      return false;
    }
  };
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`${bundle} ended with ${child.exitCode}:\n${readFileSync(logFile, "utf8")}`);
    await sleep(20);
  }
  return {
    metrics,
    cpuSeconds: async () => (await metrics()).get("process_cpu_seconds_total") ?? Number.NaN,
    peakMiB() {
      if (process.platform !== "linux") return undefined;
      const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return kib === undefined ? undefined : Number(kib) / 1024;
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", endWithUs);
    },
  };
}

function readMetrics(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
