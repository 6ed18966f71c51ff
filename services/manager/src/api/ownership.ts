import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { type VirtualMachine as Machine, MachineState } from "@remuda/contract";
import type { ManagerService } from "@remuda/contract/manager";
import { ResourceError } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Adoption } from "../adoption/adoption";
import { powerStateOf } from "../machine/observe";
import type { Orphans } from "../orphans/orphans";
import { apiError, toApiError } from "./errors";
import { toStruct } from "./watch";

/** What the API tells of machines beyond their resources. */
export interface Ownership {
  adoption: Adoption;
  orphans: Orphans;
}

type Calls = Pick<ServiceImpl<typeof ManagerService>, "listUnmanaged" | "adopt" | "listOrphans" | "deleteOrphan">;

const defaultPageSize = 500;
const maxPageSize = 1000;
const powerStates = ["", "On", "Off", "Suspended"];

/** The calls about whose machines are. Undefined: there are no controllers behind this API. */
export function createOwnershipCalls(store: ResourceStore, ownership: Ownership | undefined): Calls {
  const behind = (): Ownership => {
    if (!ownership) throw apiError("UNAVAILABLE", "no providers are served here");
    return ownership;
  };
  return {
    async listUnmanaged(request, { signal }) {
      const { adoption } = behind();
      required(request, "provider");
      checkPageSize(request.pageSize);
      if (!powerStates.includes(request.powerState))
        throw new ResourceError([{ path: "powerState", message: "expected On, Off or Suspended" }]);
      const { machines, nextPageToken } = await told(adoption.unmanaged(request, signal));
      return {
        machines: machines.map(({ machine, ...more }) => ({ ...more, machine: view(request.provider, machine) })),
        nextPageToken,
      };
    },
    async adopt(request, { signal }) {
      const { adoption } = behind();
      required(request, "provider");
      required(request, "id");
      const applied = await told(adoption.adopt(request, signal));
      return { results: applied.map(({ resource, ...more }) => ({ ...more, resource: toStruct(resource) })) };
    },
    async listOrphans({ provider, pageSize, pageToken }) {
      const { orphans } = behind();
      checkPageSize(pageSize);
      const { items } = await store.list("Provider");
      const names = items.map(({ metadata }) => metadata.name).filter((name) => provider === "" || name === provider);
      if (provider !== "" && names.length === 0) throw apiError("NOT_FOUND", `there is no Provider ${provider}`);
      const after = readToken(pageToken);
      const size = pageSize || defaultPageSize;
      const found: ReturnType<typeof view>[] = [];
      const unseenProviders: string[] = [];
      for (const name of names) {
        const machines = await orphans.of(name);
        if (!machines) unseenProviders.push(name);
        else if (!after || name >= after.provider)
          for (const machine of machines) if (!after || name > after.provider || machine.id > after.id) found.push(view(name, machine));
      }
      const page = found.slice(0, size);
      const last = page.at(-1);
      return { orphans: page, unseenProviders, nextPageToken: last && found.length > size ? writeToken(last) : "" };
    },
    async deleteOrphan(request, { signal }) {
      const { orphans } = behind();
      required(request, "provider");
      required(request, "uid");
      return { orphan: view(request.provider, await told(orphans.delete(request, signal))) };
    },
  };
}

const told = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => Promise.reject(toApiError(error)));

function required<Field extends string>(request: Record<Field, string>, path: Field): void {
  if (request[path] === "") throw new ResourceError([{ path, message: "required" }]);
}

function checkPageSize(pageSize: number): void {
  if (pageSize > maxPageSize) throw new ResourceError([{ path: "pageSize", message: `expected at most ${maxPageSize}, got ${pageSize}` }]);
}

const states: Partial<Record<MachineState, string>> = {
  [MachineState.CREATING]: "Creating",
  [MachineState.READY]: "Ready",
  [MachineState.DELETING]: "Deleting",
  [MachineState.FAILED]: "Failed",
};

const view = (provider: string, machine: Machine) => ({
  provider,
  id: machine.id,
  name: machine.name,
  uid: machine.uid,
  powerState: powerStateOf(machine) ?? "",
  state: states[machine.state] ?? "",
  host: machine.placement?.host ?? "",
  cpus: machine.hardware?.cpus ?? 0,
  memoryMib: BigInt(machine.hardware?.memoryMib ?? 0),
  diskBytes: BigInt(machine.disks.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0)),
  addresses: machine.interfaces.flatMap(({ addresses }) => addresses),
  labels: machine.labels,
  ...(machine.createTime && { createTime: timestampFromDate(machine.createTime) }),
});

const writeToken = ({ provider, id }: { provider: string; id: string }) =>
  Buffer.from(JSON.stringify([provider, id])).toString("base64url");

function readToken(token: string): { provider: string; id: string } | undefined {
  if (token === "") return undefined;
  const [, provider, id] = /^\["([a-z0-9-]+)",(".*")\]$/s.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  try {
    if (provider !== undefined && id !== undefined) return { provider, id: String(JSON.parse(id)) };
  } catch {
    // Told below, as any other text that is no token.
  }
  throw new ResourceError([{ path: "pageToken", message: "not a token of this API; leave it out for the first page" }]);
}
