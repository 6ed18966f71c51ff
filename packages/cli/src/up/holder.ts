import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The home folder whose `remuda up` runs what listens there; undefined if it is something else, or where the system does not tell. */
export function homeBehind(address: string): string | undefined {
  for (const pid of processes()) {
    const words = commandLine(pid);
    const after = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
    const folder = after("--data-dir") ?? after("--state-dir");
    if (words.includes("__service") && after("--listen") === address && folder !== undefined) return dirname(folder);
  }
  return undefined;
}

/** Linux tells them as folders; elsewhere there are none. */
function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    // It ended meanwhile.
    return [];
  }
}
