import { z } from "zod";
import type { Condition, Resource } from "./metadata";
import { line } from "./text";

const gpuSchema = z
  .strictObject({
    name: line(128).describe("Canonical name such as H100 or RTX-4090, or the platform's name of a profile."),
    count: z.int().min(1).max(64).default(1).describe("How many."),
    memoryMiB: z.int().min(1).optional().describe("Memory of each, at least, in MiB."),
    device: line(256).optional().describe("A fixed device of the host, such as a PCI address."),
  })
  .refine((g) => g.device === undefined || g.count === 1, { path: ["count"], message: "a fixed device is one: leave count out" });

const hardwareShape = {
  cpus: z.int().min(1).max(4096).describe("Virtual processors."),
  coresPerSocket: z.int().min(1).optional().describe("Processors in one socket; divides cpus."),
  memoryMiB: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .describe("Memory in MiB."),
  firmware: z.enum(["BIOS", "UEFI"]).optional().describe("How the machine starts."),
  secureBoot: z.boolean().optional().describe("UEFI secure boot; needs firmware UEFI."),
  tpm: z.boolean().optional().describe("A virtual TPM 2.0."),
  nestedVirtualization: z.boolean().optional().describe("The guest may run machines of its own."),
  hotAdd: z
    .strictObject({
      maxCpus: z.int().min(1).optional().describe("Most processors reachable without a restart."),
      maxMemoryMiB: z.int().min(1).optional().describe("Most memory in MiB reachable without a restart."),
    })
    .optional()
    .describe("Room to grow while running."),
  gpus: z.array(gpuSchema).max(64).optional().describe("Graphics processors."),
};

/** The rules between the fields of hardware. */
function checkHardware(hardware: z.output<z.ZodObject<typeof hardwareShape>>, ctx: z.RefinementCtx) {
  const { cpus, coresPerSocket, memoryMiB, firmware, secureBoot, hotAdd } = hardware;
  const wrong = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
  if (coresPerSocket !== undefined && cpus % coresPerSocket !== 0)
    wrong(["coresPerSocket"], `must divide cpus: ${cpus} is no multiple of ${coresPerSocket}`);
  if (secureBoot && firmware !== "UEFI") wrong(["secureBoot"], "needs firmware: UEFI");
  if (hotAdd?.maxCpus !== undefined && hotAdd.maxCpus < cpus) wrong(["hotAdd", "maxCpus"], `must be at least cpus, ${cpus}`);
  if (hotAdd?.maxMemoryMiB !== undefined && hotAdd.maxMemoryMiB < memoryMiB) {
    wrong(["hotAdd", "maxMemoryMiB"], `must be at least memoryMiB, ${memoryMiB}`);
  }
}

export const hardwareSchema = z.strictObject(hardwareShape).superRefine(checkHardware);

export const vmClassSpecSchema = z
  .strictObject({
    ...hardwareShape,
    bootDisk: z
      .strictObject({
        sizeGiB: z.int().min(1).max(65_536).optional().describe("Size in GiB; the image's own if left out."),
        storage: line(256).optional().describe("Pool, datastore or volume type of the platform."),
        bus: line(32).optional().describe("virtio, scsi, nvme, …"),
      })
      .optional()
      .describe("The boot disk of machines that declare none."),
    rollout: z
      .strictObject({
        maxConcurrent: z.int().min(1).max(10_000).default(5).describe("Most machines that are changed at once."),
        maxFailures: z.int().min(1).max(10_000).default(3).describe("No further machine is changed while so many have failed."),
      })
      .optional()
      .describe("How a change of the class reaches the machines that use it."),
  })
  .superRefine(checkHardware);

export type VMClassSpec = z.output<typeof vmClassSpecSchema>;
export interface VMClassStatus {
  conditions?: Condition[];
  /** How far the last change has come. Left out: none has met a machine. */
  rollout?: { generation: number; total: number; updated: number; changing: number; failed: number };
}

export type VMClass = Resource<VMClassSpec, VMClassStatus>;
