import {
  type CallSettings,
  type ProviderClient,
  ProviderError,
  plainText,
  refusingPlatform,
  type WatchVirtualMachinesResponse,
} from "@remuda/contract";
import { type Limits, limited } from "./limits";
import { clipMachine, expectMachine } from "./machine-answer";

// What goes into a status of what a provider says of itself and of its tasks.
const maxFact = 512;
const maxStage = 128;
const maxWarnings = 16;

/** The provider's calls that the manager uses, behind its limits. Each takes the request and a signal, and fails with a ProviderError. */
export type ProviderCalls = ReturnType<typeof limitCalls>;

/** The platform that calls are meant for. */
export interface CallPlatform {
  /** Undefined while it is not known. */
  readonly platformId: string | undefined;
  /** A call was refused because it came to another one. */
  onOther(): void;
}

/** What is answered about machines is about the one that was asked for, or about this owner's. */
export function limitCalls(client: ProviderClient, limits: Limits, owner: string, platform: CallPlatform) {
  /** A call that is meant for the platform that was known when it was begun, however long it waits for its turn. */
  const meant =
    <Request, Response>(
      method: string,
      next: (request: Request, settings?: CallSettings) => Promise<Response>,
      kind: "call" | "longCall" = "call",
    ) =>
    async (request: Request, signal?: AbortSignal): Promise<Response> => {
      const expectedPlatform = platform.platformId;
      try {
        return await limits[kind](method, () => next(request, { signal, expectedPlatform }), signal);
      } catch (thrown) {
        if (!(thrown instanceof ProviderError) || refusingPlatform(thrown) === undefined) throw thrown;
        platform.onOther();
        throw new ProviderError("UNAVAILABLE", "another platform answered; the provider is checked before anything is asked of it", {
          cause: thrown,
        });
      }
    };

  const create: ProviderClient["create"] = async (request, settings) => {
    const answer = await client.create(request, settings);
    return { ...answer, virtualMachine: expectMachine("Create", answer.virtualMachine, request) };
  };
  const describe: ProviderClient["describe"] = async (request, settings) => {
    const { virtualMachine } = await client.describe(request, settings);
    return { virtualMachine: expectMachine("Describe", virtualMachine, { uid: request.uid, owner }) };
  };
  const adopt: ProviderClient["adopt"] = async (request, settings) => {
    const { virtualMachine } = await client.adopt(request, settings);
    return { virtualMachine: expectMachine("Adopt", virtualMachine, request) };
  };
  const isTaskComplete: ProviderClient["isTaskComplete"] = async (request, settings) => {
    const answer = await client.isTaskComplete(request, settings);
    return { ...answer, stage: plainText(answer.stage, maxStage) };
  };
  const validate: ProviderClient["validate"] = async (request, settings) => {
    const answer = await client.validate(request, settings);
    const fact = (text: string) => plainText(text, maxFact);
    return {
      ...answer,
      platform: fact(answer.platform),
      platformVersion: fact(answer.platformVersion),
      account: fact(answer.account),
      warnings: answer.warnings.slice(0, maxWarnings).map(fact),
    };
  };
  const listAny: ProviderClient["listVirtualMachines"] = async (request, settings) => {
    const page = await client.listVirtualMachines(request, settings);
    return { ...page, virtualMachines: page.virtualMachines.map(clipMachine) };
  };
  const listVirtualMachines: ProviderClient["listVirtualMachines"] = async (request, settings) => {
    const page = await client.listVirtualMachines(request, settings);
    return { ...page, virtualMachines: page.virtualMachines.filter((machine) => machine.owner === owner).map(clipMachine) };
  };
  const watchVirtualMachines: ProviderClient["watchVirtualMachines"] = async function* (request, settings) {
    for await (const { events } of client.watchVirtualMachines(request, { ...settings, expectedPlatform: platform.platformId }))
      yield { events: events.flatMap(own) };
  };
  const own = (item: WatchVirtualMachinesResponse["events"][number]) => {
    if (item.event?.$case !== "present") return [item];
    const machine = item.event.value;
    return machine.owner === owner ? [{ event: { $case: "present" as const, value: clipMachine(machine) } }] : [];
  };

  return {
    validate: limited(limits, "Validate", validate),
    getCapabilities: limited(limits, "GetCapabilities", client.getCapabilities),
    create: meant("Create", create),
    delete: meant("Delete", client.delete),
    power: meant("Power", client.power),
    reconfigure: meant("Reconfigure", client.reconfigure),
    describe: meant("Describe", describe),
    /** Any machine, also one of another owner: nothing of it may get into the view. */
    describeAny: meant("Describe", client.describe),
    /** A page of all machines, also of those that bear no marks: nothing of it may get into the view. */
    listAny: meant("ListVirtualMachines", listAny),
    adopt: meant("Adopt", adopt),
    release: meant("Release", client.release),
    isTaskComplete: meant("IsTaskComplete", isTaskComplete, "longCall"),
    listVirtualMachines: meant("ListVirtualMachines", listVirtualMachines),
    prepareImage: meant("PrepareImage", client.prepareImage),
    /** Unlimited: one stream a provider. */
    watchVirtualMachines,
  };
}
