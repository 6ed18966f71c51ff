import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Client } from "@connectrpc/connect";
import type { ManagerService, PlatformMachine } from "@remuda/contract/manager";

/** A machine as its platform shows it. */
export interface MachineLine {
  provider: string;
  id: string;
  name: string;
  uid: string;
  powerState: string;
  state: string;
  host: string;
  cpus: number;
  memoryMiB: number;
  diskBytes: number;
  addresses: string[];
  /** RFC 3339; "": the platform did not say. */
  createTime: string;
}

/** One that nobody owns. */
interface UnmanagedLine extends MachineLine {
  proposedName: string;
  /** Why it can't be adopted, or "". */
  obstacle: string;
}

interface UnmanagedQuery {
  provider: string;
  namePattern?: string;
  labelSelector?: string;
  host?: string;
  powerState?: string;
}

/** Whose machines are, beyond resources. */
export interface OwnershipApi {
  /** A page at a time. */
  unmanaged(query: UnmanagedQuery): AsyncGenerator<UnmanagedLine[], void, void>;
  /** Without a provider: of all. */
  orphans(provider: string): AsyncGenerator<{ orphans: MachineLine[]; unseen: string[] }, void, void>;
  /** Answers it as it was. */
  deleteOrphan(provider: string, uid: string, dryRun: boolean): Promise<MachineLine>;
}

type Call = <T>(made: Promise<T>) => Promise<T>;

export function ownershipApi(client: Client<typeof ManagerService>, call: Call, signal: AbortSignal): OwnershipApi {
  return {
    unmanaged: async function* (query) {
      let pageToken = "";
      do {
        const page = await call(client.listUnmanaged({ ...query, pageToken }, { signal }));
        yield page.machines.map(({ machine, proposedName, obstacle }) => ({ ...line(machine), proposedName, obstacle }));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    orphans: async function* (provider) {
      let pageToken = "";
      do {
        const page = await call(client.listOrphans({ provider, pageToken }, { signal }));
        yield { orphans: page.orphans.map(line), unseen: page.unseenProviders };
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    deleteOrphan: async (provider, uid, dryRun) => line((await call(client.deleteOrphan({ provider, uid, dryRun }, { signal }))).orphan),
  };
}

const line = (machine: PlatformMachine | undefined): MachineLine => ({
  provider: machine?.provider ?? "",
  id: machine?.id ?? "",
  name: machine?.name ?? "",
  uid: machine?.uid ?? "",
  powerState: machine?.powerState ?? "",
  state: machine?.state ?? "",
  host: machine?.host ?? "",
  cpus: machine?.cpus ?? 0,
  memoryMiB: Number(machine?.memoryMib ?? 0n),
  diskBytes: Number(machine?.diskBytes ?? 0n),
  addresses: machine?.addresses ?? [],
  createTime: machine?.createTime ? timestampDate(machine.createTime).toISOString() : "",
});
