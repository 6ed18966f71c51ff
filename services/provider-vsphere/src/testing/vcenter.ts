import { execFile, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { CreateRequest, type VirtualMachineSpec } from "@remuda/contract";
import { type Provider, systemClock } from "@remuda/provider-kit";
import { createVsphereClient } from "@remuda/vsphere-client";
import { startVcsim, type Vcsim, type VcsimOptions } from "@remuda/vsphere-client/testing";
import { createVsphereProvider } from "../provider";
import type { Defaults } from "../settings";

const exec = promisify(execFile);

/** Whether the judge can be run here. CI demands it. */
export const hasGovc = spawnSync("govc", ["version"], { stdio: "ignore" }).error === undefined;
if (!hasGovc) {
  if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("govc")) throw new Error("govc is required here and isn't on the PATH");
  console.warn("govc isn't on the PATH: its tests are skipped");
}

const defaults = (given: Partial<Defaults> = {}): Defaults => ({
  datacenter: "",
  cluster: "",
  resourcePool: "",
  folder: "",
  datastore: "",
  network: "",
  ...given,
});

export const providerOf = (vcsim: Pick<Vcsim, "url" | "username" | "password">, given: Partial<Defaults> = {}): Provider =>
  createVsphereProvider({
    client: createVsphereClient(vcsim),
    defaults: defaults(given),
    clock: systemClock,
    watchBroken: () => undefined,
  });

/** A vCenter, a provider of it, and the judge beside it. */
export async function startVcenter(options: VcsimOptions, given: Partial<Defaults>) {
  const vcsim = await startVcsim(options);
  const provider = providerOf(vcsim, given);
  return {
    vcsim,
    provider,
    async govc(...args: string[]): Promise<string> {
      const env = {
        ...process.env,
        GOVC_URL: vcsim.url,
        GOVC_USERNAME: vcsim.username,
        GOVC_PASSWORD: vcsim.password,
        GOVC_INSECURE: "1",
        GOVC_DATACENTER: given.datacenter ?? "",
      };
      return (await exec("govc", args, { env })).stdout;
    },
    async stop() {
      await provider.close?.();
      await vcsim.stop();
    },
  };
}

type Changes = Parameters<typeof VirtualMachineSpec.create>[0];

export const request = (name: string, changes: Changes = {}, uid: string = randomUUID()): CreateRequest =>
  CreateRequest.fromPartial({ uid, owner: "test", spec: { name, hardware: { cpus: 1, memoryMib: 256 }, ...changes } as object });

/** Waits until the task is done; throws its error. */
export async function settle(provider: Provider, task: string | undefined, signal: AbortSignal): Promise<void> {
  if (task === undefined) return;
  for (;;) {
    const state = await provider.isTaskComplete(task, 5_000, signal);
    if (!state.done) continue;
    if (state.error) throw state.error;
    return;
  }
}
