import { type VirtualMachine as Machine, ProviderError } from "@remuda/contract";
import type { VirtualMachine } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import type { MachineContext } from "./context";
import { kind } from "./work";

const whatToDo =
  "delete this VirtualMachine and apply it again under another name, or under the same one once that machine is gone from the platform";

/** ALREADY_EXISTS with whose the machine is that has the name, as far as the provider tells, and what to do. Other errors stay as they are. */
export async function explainTaken(
  error: ProviderError,
  connection: Pick<Connection, "calls" | "provider">,
  context: MachineContext,
  signal: AbortSignal,
): Promise<ProviderError> {
  if (error.reason !== "ALREADY_EXISTS") return error;
  const whose = await ownerOf(error.metadata.id, connection, context, signal);
  const message = `${error.message} on provider ${connection.provider}${whose === undefined ? "" : `, and ${whose}`}; ${whatToDo}`;
  return new ProviderError(error.reason, message, { cause: error, metadata: error.metadata });
}

async function ownerOf(
  id: string | undefined,
  { calls }: Pick<Connection, "calls">,
  context: MachineContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (id === undefined || id === "") return undefined;
  let machine: Machine | undefined;
  try {
    machine = (await calls.describeAny({ id, uid: "" }, signal)).virtualMachine;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    // The refusal stands without it.
    return undefined;
  }
  if (!machine) return undefined;
  const [owner, uid] = [clip(machine.owner), clip(machine.uid)];
  if (owner === "") return "it was not made by Remuda";
  if (owner !== context.owner) return `it belongs to another Remuda installation (owner ${owner})`;
  const { items } = await context.store.list(kind);
  const holder = (items as VirtualMachine[]).find(({ metadata }) => metadata.uid === uid);
  return holder
    ? `it is that of VirtualMachine ${holder.metadata.name}`
    : `it was made by this installation for a VirtualMachine that is not there any more (uid ${uid})`;
}

/** A foreign provider's words may be of any length. */
const clip = (mark: string) => mark.slice(0, 100);
