import type { Config } from "./config";
import type { Terminal } from "./terminal";

/** What every command is given by main. */
export interface Context {
  config: Config;
  terminal: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  signal: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** How this program was called, for hints such as "remuda get vms". */
  self: string;
  /** The file of this program, to start it again. */
  script: string;
}
