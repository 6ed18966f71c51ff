import { type AdoptRequest, MachineState, ProviderError, type VirtualMachine } from "@remuda/contract";
import type { MachineKey } from "@remuda/provider-kit";
import { machineView } from "./machine-view";
import { requireIdle } from "./power";
import type { World } from "./world";

/** Puts the marks on a machine that bears none; nothing else of it changes. */
export function adopt({ machines, note }: World, { id, uid, owner }: AdoptRequest): VirtualMachine {
  const machine = machines.get(id);
  if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${id}`);
  if (machine.uid === uid && machine.owner === owner) return machineView(machine);
  const holder = machine.uid || machine.owner ? machine : machines.byUid(uid);
  if (holder) {
    const { uid: held, owner: by } = holder;
    throw new ProviderError("ALREADY_EXISTS", `${holder.id} bears uid ${held} of owner ${by}`, { metadata: { id: holder.id } });
  }
  requireIdle(machine);
  note("adopted", { id, uid });
  return machineView(machines.put({ ...machine, uid, owner }));
}

/** Takes the marks off, whatever is being done to the machine. */
export function release({ machines, note }: World, key: MachineKey): void {
  const found = key.id ? machines.get(key.id) : machines.byUid(key.uid);
  if (!found || (found.uid === "" && found.owner === "")) return;
  const machine = machines.owned(key);
  if (machine.state === MachineState.DELETING) throw new ProviderError("CONFLICT", `${machine.id} is being deleted`, { retryAfterMs: 500 });
  note("released", { id: machine.id, uid: machine.uid });
  machines.put({ ...machine, uid: "", owner: "" });
}
