import { Readable } from "node:stream";
import type { Config } from "../config";
import type { Context } from "../context";
import { run } from "../run";
import { createTerminal } from "../terminal";
import { Sink } from "./sink";

export interface RunOptions {
  server?: string;
  stdin?: string;
  home?: string;
  signal?: AbortSignal;
  config?: Partial<Config>;
  /** As on a terminal of so many columns. */
  columns?: number;
  /** Sees all that was written so far, whenever something is. */
  onOut?: (text: string) => void;
}

export interface RunResult {
  status: number;
  out: string;
  err: string;
}

/** Everything that a command is given, with what it writes kept. */
export function createContext(options: RunOptions): { context: Context; stdout: Sink; stderr: Sink } {
  const stdout = new Sink(options.columns, options.onOut);
  const stderr = new Sink(options.columns);
  const config: Config = {
    server: options.server,
    tokenFile: undefined,
    home: options.home ?? "/nowhere/remuda",
    servicesDir: "/nowhere/services",
    plain: false,
    editor: "false",
    environment: {},
    ...options.config,
  };
  const terminal = createTerminal({ stdin: Readable.from([options.stdin ?? ""]), stdout, stderr, plain: config.plain });
  const signal = options.signal ?? new AbortController().signal;
  const now = () => Date.parse("2026-01-01T00:05:00Z");
  return { context: { config, terminal, signal, now, self: "remuda", script: "remuda" }, stdout, stderr };
}

/** Runs a command line within this process. */
export async function runCli(line: string | readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { context, stdout, stderr } = createContext(options);
  const words = typeof line === "string" ? line.split(" ").filter((w) => w !== "") : line;
  const status = await run(words, context);
  return { status, out: stdout.text, err: stderr.text };
}
