export type { Config } from "./config";
export { readConfig } from "./config";
export type { Context } from "./context";
export { exitStatuses } from "./exit-status";
export { run } from "./run";
export { createTerminal, type Terminal } from "./terminal";
