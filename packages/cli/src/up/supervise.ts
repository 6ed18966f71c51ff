import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { humanAge } from "../duration";
import { CliError } from "../exit-status";
import { count } from "../text";
import { eachLine } from "./log-lines";

const windowMs = 10_000;
const mostDeaths = 5;
const firstDelayMs = 200;
const longestDelayMs = 5_000;
const keptLines = 10;

export interface SuperviseOptions {
  name: string;
  spawn(): ChildProcess;
  onStart(pid: number): void;
  onLine(line: string): void;
  /** What the supervisor itself has to say. */
  onNote(text: string): void;
  now(): number;
}

/** A process that is started again when it dies. */
export interface Supervised {
  name: string;
  /** Resolves when it was stopped; fails when it dies again and again. */
  ended: Promise<void>;
  /** Asks it to end, and starts it no more. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

export function supervise({ name, spawn, onStart, onLine, onNote, now }: SuperviseOptions): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const lastLines: string[] = [];
  const keep = (line: string) => {
    onLine(line);
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
  };

  const live = async () => {
    let deaths: number[] = [];
    while (!stopping.signal.aborted) {
      child = spawn();
      for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, keep);
      const exited = exitOf(child);
      if (child.pid !== undefined) onStart(child.pid);
      const how = await exited;
      child = undefined;
      if (stopping.signal.aborted) return;
      deaths = [...deaths.filter((at) => at > now() - windowMs), now()];
      if (deaths.length >= mostDeaths) throw givenUp(name, how, deaths.length, lastLines);
      const delayMs = Math.min(firstDelayMs * 2 ** (deaths.length - 1), longestDelayMs);
      onNote(`ended (${how}); starts again in ${delayMs} ms`);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    name,
    ended: live(),
    stop: () => {
      stopping.abort();
      child?.kill("SIGTERM");
    },
    kill: () => {
      stopping.abort();
      child?.kill("SIGKILL");
    },
  };
}

/** How a process ended, in words, once its last lines were read. */
async function exitOf(child: ChildProcess): Promise<string> {
  const closed = new AbortController();
  const close = once(child, "close", { signal: closed.signal }).catch(() => undefined);
  try {
    const [code, signal] = await once(child, "exit");
    // Something that it started itself may hold its output open.
    await Promise.race([close, sleep(500, undefined, { ref: false })]);
    return signal ? `by ${signal}` : `exit status ${code}`;
  } catch (error) {
    return `it can't be started: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    closed.abort();
  }
}

const givenUp = (name: string, how: string, deaths: number, lines: readonly string[]) =>
  new CliError(
    "FAILED",
    `${name} ended ${count(deaths, "time")} within ${humanAge(windowMs)} (${how}); it is not started again${lines.length > 0 ? `. It said last:\n${lines.map((l) => `  ${l}`).join("\n")}` : ""}`,
    { hint: "mend what it says, then run `remuda up` again; its whole log is in the home folder under logs/" },
  );
