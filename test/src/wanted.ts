import type { JsonObject } from "@bufbuild/protobuf";
import { PowerState, type VirtualMachine } from "@remuda/contract";
import { machine } from "./installation";
import { oneOf } from "./seeded";

/** What someone wants of a machine, and may want otherwise later. */
export interface Wanted {
  cpus: number;
  memoryMiB: number;
  /** Of the disk "data"; it only grows. */
  dataGiB: number;
  /** The label. */
  tier: string;
  powerState: "On" | "Off";
  /** When a restart was asked for last. */
  restart?: string;
}

export const firstWanted: Wanted = { cpus: 1, memoryMiB: 512, dataGiB: 1, tier: "a", powerState: "On" };

export type Change = "hardware" | "disk" | "labels" | "power" | "restart";
const changes = ["hardware", "disk", "labels", "power", "restart"] as const;

/** The same with one thing changed, and which. */
export function changed(wanted: Wanted, next: () => number, nowMs: number): [Change, Wanted] {
  const change = oneOf<Change>(changes, next);
  switch (change) {
    case "hardware":
      return [change, { ...wanted, cpus: oneOf([1, 2, 4], next), memoryMiB: oneOf([512, 1024, 2048], next) }];
    case "disk":
      return [change, { ...wanted, dataGiB: wanted.dataGiB + 1 }];
    case "labels":
      return [change, { ...wanted, tier: oneOf(["a", "b", "c"], next) }];
    case "power":
      return [change, { ...wanted, powerState: wanted.powerState === "On" ? "Off" : "On" }];
    case "restart":
      return [change, { ...wanted, restart: new Date(nowMs).toISOString() }];
  }
}

/** How it is declared. */
export function declared(name: string, { cpus, memoryMiB, dataGiB, tier, powerState, restart }: Wanted): JsonObject {
  const resource = machine(name, {
    hardware: { cpus, memoryMiB },
    disks: [{ name: "data", sizeGiB: dataGiB }],
    ...{ powerState, updatePolicy: "Restart", shutdownTimeoutSeconds: 5 },
  });
  const annotations: JsonObject = restart === undefined ? {} : { "remuda.dev/restart-requested-at": restart };
  return { ...resource, metadata: { name, labels: { tier }, annotations } };
}

/** What the platform has of what can be wanted. */
export const seenOn = ({ name, hardware, disks, labels, powerState }: VirtualMachine) => ({
  name,
  cpus: hardware?.cpus,
  memoryMiB: hardware?.memoryMib,
  disks: disks.filter(({ boot }) => !boot).map((disk) => `${disk.name} ${disk.capacityBytes / 2 ** 30}`),
  labels,
  powerState,
});

/** What it must have. */
export const expectedOf = (name: string, { cpus, memoryMiB, dataGiB, tier, powerState }: Wanted): ReturnType<typeof seenOn> => ({
  name,
  ...{ cpus, memoryMiB, disks: [`data ${dataGiB}`], labels: { tier } },
  powerState: powerState === "On" ? PowerState.ON : PowerState.OFF,
});

/** Why a machine is not known to be as wanted; undefined: its status says that it is. */
export function unsettled(resource: JsonObject, { powerState, restart }: Wanted): string | undefined {
  const { generation } = resource.metadata as { generation: number };
  const status = (resource.status ?? {}) as { phase?: string; powerState?: string; observedGeneration?: number; restartedFor?: string };
  const settled =
    status.phase === (powerState === "On" ? "Running" : "Stopped") &&
    status.powerState === powerState &&
    status.observedGeneration === generation &&
    // What shall not run is not restarted.
    (restart === undefined || powerState === "Off" || status.restartedFor === restart);
  return settled ? undefined : `generation ${generation}, ${powerState}, restart ${restart}: ${JSON.stringify(status)}`;
}
