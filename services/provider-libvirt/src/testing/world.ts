import { randomUUID } from "node:crypto";
import { CreateRequest, type VirtualMachineSpec } from "@remuda/contract";
import { startDaemon, type TestDaemon, testGuest } from "@remuda/libvirt-client/testing";
import type { Provider, TaskRef } from "@remuda/provider-kit";
import { openHost } from "../host";
import { createLibvirtProvider } from "../provider";
import type { Defaults } from "../settings";

export const never = new AbortController().signal;
export const image = "guest.qcow2";

/** Tests run many small machines on a small host. */
export const defaults: Defaults = { pool: "default", imagePool: "default", network: "default", memoryOvercommit: 64 };

export const qemuUri = ({ socket }: TestDaemon): string => `qemu+unix:///system?socket=${socket}`;
export const testUri = ({ socket }: TestDaemon): string => `test+unix:///default?socket=${socket}`;

export const openTestProvider = async (uri: string, virtType: string, pool = "default"): Promise<Provider> =>
  createLibvirtProvider([await openHost(uri, virtType)], { defaults: { ...defaults, pool, imagePool: pool } });

/** Puts the test guest's disk into the pool, as an image. */
export async function addImage(daemon: TestDaemon, name = image): Promise<void> {
  const { disk } = await testGuest();
  await daemon.virsh("vol-create-as", "default", name, "64M", "--format", "raw");
  await daemon.virsh("vol-upload", name, disk, "--pool", "default");
  await daemon.virsh("pool-refresh", "default");
}

export interface World {
  daemon: TestDaemon;
  provider: Provider;
  /** As a restart of the provider's process does it. */
  reopen(): Promise<Provider>;
  stop(): Promise<void>;
}

/** A daemon of the test's own with the test guest as image, and a provider on it. */
export async function startWorld(): Promise<World> {
  const daemon = await startDaemon();
  try {
    await addImage(daemon);
    const world: World = {
      daemon,
      provider: await openTestProvider(qemuUri(daemon), "qemu"),
      async reopen() {
        await world.provider.close?.();
        world.provider = await openTestProvider(qemuUri(daemon), "qemu");
        return world.provider;
      },
      async stop() {
        await world.provider.close?.();
        await daemon.stop();
      },
    };
    return world;
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

/** Waits for the task, and throws what it failed with. */
export async function settle(provider: Provider, task: TaskRef | undefined): Promise<void> {
  if (task === undefined) return;
  const state = await provider.isTaskComplete(task, 120_000, never);
  if (!state.done) throw new Error(`not done in two minutes: ${state.stage}`);
  if (state.error) throw state.error;
}

type SpecFields = Parameters<typeof VirtualMachineSpec.fromPartial>[0];

export const machineRequest = (name: string, spec: SpecFields = {}, uid: string = randomUUID()): CreateRequest =>
  CreateRequest.fromPartial({
    uid,
    owner: "owner-1",
    spec: { name, hardware: { cpus: 1, memoryMib: 160 }, source: { $case: "image", value: image }, ...spec },
  });

/** Makes a machine and waits until it is made. */
export async function make(provider: Provider, request: CreateRequest): Promise<{ id: string; uid: string }> {
  const { virtualMachine, task } = await provider.create(request, never);
  await settle(provider, task);
  return { id: virtualMachine.id, uid: request.uid };
}
