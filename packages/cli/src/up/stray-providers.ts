import { openApi } from "../api/api";
import type { Target } from "../connection";
import { textAt } from "../field-path";
import { keyOf, refOf } from "../resource";
import { oneLine } from "../text";
import { homeBehind } from "./holder";

export interface StrayOptions {
  target: Target;
  home: string;
  /** Where this run's own simulator listens, if it has one. */
  simAddress: string | undefined;
  say(line: string): void;
}

/** Tells of each Provider, whoever applies it, that makes its machines with the simulator of another home. Ends with the signal. */
export async function tellStrayProviders({ target, home, simAddress, say }: StrayOptions, signal: AbortSignal): Promise<void> {
  const api = openApi(target, { signal });
  const told = new Set<string>();
  try {
    for await (const change of api.watch({ kind: "Provider" }, signal)) {
      if (change.type !== "present") continue;
      const ref = oneLine(refOf(keyOf(change.resource)));
      const address = textAt(change.resource, "spec.address");
      if (told.has(`${ref} ${address}`)) continue;
      told.add(`${ref} ${address}`);
      const other = homeBehind(address);
      if (other === undefined || other === home) continue;
      const own = simAddress === undefined ? "" : `, this one's at ${simAddress}`;
      say(`${ref} uses the simulator of another home: that of ${other} listens at ${address}${own}; apply it with another spec.address`);
    }
  } catch {
    // What it could have told is no reason to stop.
  } finally {
    api.close();
  }
}
