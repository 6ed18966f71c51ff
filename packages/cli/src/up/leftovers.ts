import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "./process-identity";

const patienceMs = 5_000;

/** Ends what a killed run left behind: it holds the ports and the state. Asks first. */
export async function endLeftovers(leftovers: readonly ProcessIdentity[], now: () => number): Promise<void> {
  const signalAll = (signal: NodeJS.Signals) => {
    for (const leftover of leftovers) if (isAlive(leftover)) process.kill(leftover.pid, signal);
  };
  signalAll("SIGTERM");
  for (const deadline = now() + patienceMs; now() < deadline && leftovers.some(isAlive); ) await sleep(25);
  signalAll("SIGKILL");
  for (const deadline = now() + patienceMs; now() < deadline && leftovers.some(isAlive); ) await sleep(25);
}
