import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../packages/reconciler/src/index";
import { createMemoryStore } from "../../../packages/store/src/index";
import { createManager, startApi } from "../../../services/manager/src/index";
import { createLog } from "../../../services/manager/src/log";

/** A manager behind its API, in this process, that has been given nothing yet. */
export interface ServedManager {
  address: string;
  /** All that it keeps, as "Kind/name version". */
  kept(): Promise<string[]>;
  close(): Promise<void>;
}

const kinds = ["Provider", "VMClass", "VMImage", "VMNetwork", "VirtualMachine"];

export async function serveManager({ tokenFile }: { tokenFile?: string } = {}): Promise<ServedManager> {
  const secretsDir = mkdtempSync(join(tmpdir(), "remuda-secrets-"));
  const { log } = createLog("silent", systemClock);
  const store = createMemoryStore();
  const manager = await createManager({ store, secretsDir, log });
  const api = await startApi({ store, log, host: "127.0.0.1", port: 0, ownership: manager, ...(tokenFile !== undefined && { tokenFile }) });
  return {
    address: api.address,
    async kept() {
      const lists = await Promise.all(kinds.map((kind) => store.list(kind)));
      return lists.flatMap(({ items }) => items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.generation}`));
    },
    async close() {
      await api.close();
      await manager.stop();
      await store.close();
      rmSync(secretsDir, { recursive: true, force: true });
    },
  };
}
