import { type Connection, notReady, type Standing } from "../provider/connection";
import type { MachineContext } from "./context";

/** How the provider stands; without a connection it may only not have been dialled yet. */
export async function standingOf(provider: string, context: MachineContext): Promise<Standing | "missing"> {
  const standing = context.standing(provider);
  if (standing !== "connecting" || context.connection(provider)) return standing;
  return (await context.store.get("Provider", provider)) ? "connecting" : "missing";
}

/** Why nothing is heard of the provider's machines, as a condition says it. Undefined: something is, or may be in a moment. */
export async function awayFrom(
  provider: string,
  connection: Connection | undefined,
  context: MachineContext,
): Promise<{ reason: string; message: string } | undefined> {
  const { lostSinceMs } = connection?.observer ?? {};
  if (connection && lostSinceMs !== undefined && !connection.otherPlatform) {
    const problem = connection.problem === undefined ? "" : `: ${connection.problem}`;
    const since = new Date(lostSinceMs).toISOString();
    const message = `provider ${provider} at ${connection.address} has shown nothing since ${since}${problem}`;
    return { reason: "ProviderNotReady", message };
  }
  const standing = await standingOf(provider, context);
  if (standing === "missing") return { reason: "ProviderNotFound", message: `there is no Provider ${provider}` };
  return standing === "lost" ? { reason: "ProviderNotReady", message: notReady(provider, connection) } : undefined;
}
