import type { JsonObject } from "@bufbuild/protobuf";
import { type VirtualMachine as Machine, ProviderError } from "@remuda/contract";
import { parseLabelSelector, type VirtualMachine, type VMNetwork } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import { type Applied, applyAll } from "../api/apply";
import { powerStateOf } from "../machine/observe";
import { kind } from "../machine/work";
import { type Connection, notReady } from "../provider/connection";
import { declare, nameFrom, obstacleTo } from "./declare";
import { glob } from "./glob";

interface UnmanagedQuery {
  provider: string;
  namePattern: string;
  labelSelector: string;
  host: string;
  powerState: string;
  pageSize: number;
  pageToken: string;
}

interface Unmanaged {
  machine: Machine;
  proposedName: string;
  obstacle: string;
}

/** Machines that nobody owns, and how they are declared. */
export interface Adoption {
  unmanaged(query: UnmanagedQuery, signal: AbortSignal): Promise<{ machines: Unmanaged[]; nextPageToken: string }>;
  /** Applies what declares the machine as it is; with its own VirtualMachine already, that one is the answer. */
  adopt(request: { provider: string; id: string; name: string; dryRun: boolean }, signal: AbortSignal): Promise<Applied[]>;
}

export interface AdoptionOptions {
  store: ResourceStore;
  owner: string;
  connection(provider: string): Connection | undefined;
}

const defaultPageSize = 500;

export function createAdoption({ store, owner, connection }: AdoptionOptions): Adoption {
  // The store keeps each kind with its own schema.
  const machines = async () => (await store.list(kind)).items as readonly VirtualMachine[];
  const networks = async () => (await store.list("VMNetwork")).items as readonly VMNetwork[];

  return {
    async unmanaged({ provider, namePattern, labelSelector, host, powerState, pageSize, pageToken }, signal) {
      const { calls } = await readyConnection(provider, store, connection);
      const byLabel = parseLabelSelector(labelSelector);
      const byName = namePattern === "" ? () => true : glob(namePattern);
      const page = await calls.listAny({ owner: "", pageSize: pageSize || defaultPageSize, pageToken }, signal);
      const found = page.virtualMachines.filter(
        (machine) =>
          machine.uid === "" &&
          machine.owner === "" &&
          byName(machine.name) &&
          byLabel({ metadata: { labels: machine.labels } }) &&
          (host === "" || machine.placement?.host === host) &&
          (powerState === "" || powerStateOf(machine) === powerState),
      );
      return {
        machines: found.map((machine) => ({
          machine,
          proposedName: nameFrom(machine.name, nameFrom(machine.id, "machine")),
          obstacle: obstacleTo(machine) ?? "",
        })),
        nextPageToken: page.nextPageToken,
      };
    },
    async adopt({ provider, id, name, dryRun }, signal) {
      const { calls, capabilities } = await readyConnection(provider, store, connection);
      const all = await machines();
      const mine = all.find(
        ({ spec, status }) =>
          (status?.provider ?? spec.provider) === provider &&
          (status?.id === id || (status?.id === undefined && spec.source?.existing === id)),
      );
      if (mine) return applyAll(store, [declarationOf(mine)], dryRun);
      if (!capabilities?.adoption)
        throw new ProviderError("UNSUPPORTED", `provider ${provider} can't take over machines that it did not make`);
      const { virtualMachine } = await calls.describeAny({ id, uid: "" }, signal);
      if (virtualMachine?.id !== id) throw new ProviderError("NOT_FOUND", `provider ${provider} has no machine ${id}`);
      if (virtualMachine.owner !== "" && virtualMachine.owner !== owner)
        throw new ProviderError(
          "ALREADY_EXISTS",
          `machine ${id} belongs to another Remuda installation (owner ${virtualMachine.owner.slice(0, 100)})`,
        );
      const obstacle = obstacleTo(virtualMachine);
      if (obstacle !== undefined) throw new ProviderError("UNSUPPORTED", `machine ${id} can't be declared as it is: ${obstacle}`);
      const wanted = name || nameFrom(virtualMachine.name, nameFrom(id, "machine"));
      if (all.some(({ metadata }) => metadata.name === wanted))
        throw new StoreError("AlreadyExists", `there is a VirtualMachine ${wanted} already; give machine ${id} another name`);
      // What is declared is JSON.
      const declared = JSON.parse(JSON.stringify(declare(virtualMachine, provider, wanted, await networks()))) as JsonObject[];
      return applyAll(store, declared, dryRun);
    },
  };
}

/** As someone would apply it to change nothing. */
const declarationOf = ({ apiVersion, kind: ofKind, metadata: { name, labels, annotations }, spec }: VirtualMachine): JsonObject =>
  JSON.parse(JSON.stringify({ apiVersion, kind: ofKind, metadata: { name, labels, annotations }, spec })) as JsonObject;

/** A provider that can be asked now; else why not. */
export async function readyConnection(
  provider: string,
  store: ResourceStore,
  connection: (provider: string) => Connection | undefined,
): Promise<Connection> {
  if (!(await store.get("Provider", provider))) throw new StoreError("NotFound", `there is no Provider ${provider}`);
  const found = connection(provider);
  if (!found?.ready) throw new ProviderError("UNAVAILABLE", notReady(provider, found));
  return found;
}
