import type { Connection } from "../provider/connection";
import type { MachineContext } from "./context";
import { awayFrom } from "./standing";
import { condition, isCreated, providerOf, setMachineCondition, type Work } from "./work";

/** What Ready says of a machine that nothing failed for. */
const undisturbed = ["Launching", "ProviderNotReady", "ProviderNotFound", "OtherPlatform"];

/** A machine that was asked for and is not made yet says so if its provider is away, and that it is being made once it is back. */
export async function tellMaking(work: Work, connection: Connection | undefined, context: MachineContext): Promise<void> {
  if (work.status.launchedAt === undefined || isCreated(work)) return;
  const away = await awayFrom(providerOf(work), connection, context);
  if (away) tellAway(work, away.reason, away.message, context);
  else if (connection?.ready) tellBack(work, context);
}

/** The same, when it is known what keeps it. What failed before goes on being told. */
export function tellAway(work: Work, reason: string, message: string, { clock }: MachineContext): void {
  setMachineCondition(work, clock, "Observed", "Unknown", reason, message);
  if (isUndisturbed(work)) setMachineCondition(work, clock, "Ready", "False", reason, message);
}

function tellBack(work: Work, { clock }: MachineContext): void {
  const { status } = work;
  // Nothing was seen of it yet, and nothing keeps it from being seen.
  status.conditions = status.conditions?.filter((c) => c.type !== "Observed" || c.status !== "Unknown");
  if (isUndisturbed(work)) setMachineCondition(work, clock, "Ready", "False", "Launching", "the machine is being made");
}

const isUndisturbed = ({ status }: Work): boolean => undisturbed.includes(condition(status, "Ready")?.reason ?? "");
