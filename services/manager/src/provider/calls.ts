import type { ProviderClient, WatchVirtualMachinesResponse } from "@remuda/contract";
import { type Limits, limited } from "./limits";
import { clipMachine, expectMachine } from "./machine-answer";

/** The provider's calls that the manager uses, behind its limits. Each takes the request and a signal, and fails with a ProviderError. */
export type ProviderCalls = ReturnType<typeof limitCalls>;

/** What is answered about machines is about the one that was asked for, or about this owner's. */
export function limitCalls(client: ProviderClient, limits: Limits, owner: string) {
  const create: ProviderClient["create"] = async (request, settings) => {
    const answer = await client.create(request, settings);
    return { ...answer, virtualMachine: expectMachine("Create", answer.virtualMachine, request) };
  };
  const describe: ProviderClient["describe"] = async (request, settings) => {
    const { virtualMachine } = await client.describe(request, settings);
    return { virtualMachine: expectMachine("Describe", virtualMachine, { uid: request.uid, owner }) };
  };
  const listVirtualMachines: ProviderClient["listVirtualMachines"] = async (request, settings) => {
    const page = await client.listVirtualMachines(request, settings);
    return { ...page, virtualMachines: page.virtualMachines.filter((machine) => machine.owner === owner).map(clipMachine) };
  };
  const watchVirtualMachines: ProviderClient["watchVirtualMachines"] = async function* (request, settings) {
    for await (const { events } of client.watchVirtualMachines(request, settings)) yield { events: events.flatMap(own) };
  };
  const own = (item: WatchVirtualMachinesResponse["events"][number]) => {
    if (item.event?.$case !== "present") return [item];
    const machine = item.event.value;
    return machine.owner === owner ? [{ event: { $case: "present" as const, value: clipMachine(machine) } }] : [];
  };

  return {
    validate: limited(limits, "Validate", client.validate),
    getCapabilities: limited(limits, "GetCapabilities", client.getCapabilities),
    create: limited(limits, "Create", create),
    delete: limited(limits, "Delete", client.delete),
    power: limited(limits, "Power", client.power),
    reconfigure: limited(limits, "Reconfigure", client.reconfigure),
    describe: limited(limits, "Describe", describe),
    /** Any machine, also one of another owner: nothing of it may get into the view. */
    describeAny: limited(limits, "Describe", client.describe),
    isTaskComplete: limited(limits, "IsTaskComplete", client.isTaskComplete, "longCall"),
    listVirtualMachines: limited(limits, "ListVirtualMachines", listVirtualMachines),
    prepareImage: limited(limits, "PrepareImage", client.prepareImage),
    /** Unlimited: one stream a provider. */
    watchVirtualMachines,
  };
}
