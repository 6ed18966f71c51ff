import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that can be known again: numbers are used anew, a number with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own words; "" where the system does not say. */
  started: string;
}

export const identify = (pid: number): ProcessIdentity => ({ pid, started: startOf(pid) ?? "" });

/** Whether that very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  const now = startOf(pid);
  return now !== undefined && now === started;
}

/** undefined: there is no such process, or only its remains. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return startFromPs(pid);
  try {
    // The command's name, in parentheses, may itself hold blanks and parentheses. After it: the state, and as the 20th field the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\)\s/s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    return (
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}
