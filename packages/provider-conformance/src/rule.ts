import type { GetCapabilitiesResponse } from "@remuda/contract";
import type { RuleContext } from "./context";
import type { Skipped } from "./expect";
import type { Settings } from "./settings";

/** What is known of the provider before a rule runs. */
export interface Facts {
  capabilities: GetCapabilitiesResponse;
  settings: Settings;
  /** The provider can be restarted by the one who runs the suite. */
  canRestart: boolean;
}

/** One promise of the contract. */
export interface Rule {
  /** Stable: reports, settings and documents name it. */
  id: string;
  /** A sentence about behaviour. */
  title: string;
  /** Why the rule does not apply here, such as "not declared: snapshots". */
  requires?(facts: Facts): string | undefined;
  /** Runs while no other rule does. */
  alone?: boolean;
  /** Throws where the promise is broken. */
  run(ctx: RuleContext): Promise<Skipped | undefined>;
}
