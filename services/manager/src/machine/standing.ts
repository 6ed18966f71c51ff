import type { Standing } from "../provider/connection";
import type { MachineContext } from "./context";

/** How the provider stands; without a connection it may only not have been dialled yet. */
export async function standingOf(provider: string, context: MachineContext): Promise<Standing | "missing"> {
  const standing = context.standing(provider);
  if (standing !== "connecting" || context.connection(provider)) return standing;
  return (await context.store.get("Provider", provider)) ? "connecting" : "missing";
}
