import { z } from "zod";

const text = z.string().nullish();

export const operation = z.object({
  name: z.string(),
  status: z.string(),
  zone: text,
  error: z.object({ errors: z.array(z.object({ code: z.string(), message: text })).nullish() }).nullish(),
});
export type Operation = z.infer<typeof operation>;

const instance = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string(),
  status: z.string(),
  statusMessage: text,
  machineType: z.string(),
  creationTimestamp: text,
  labels: z.record(z.string(), z.string()).nullish(),
  scheduling: z.object({ provisioningModel: text }).nullish(),
  guestAccelerators: z.array(z.object({ acceleratorType: z.string(), acceleratorCount: z.number() })).nullish(),
  disks: z.array(z.object({ boot: z.boolean().nullish(), diskSizeGb: text })).nullish(),
  networkInterfaces: z.array(z.object({ networkIP: text, accessConfigs: z.array(z.object({ natIP: text })).nullish() })).nullish(),
});
export type GceInstance = z.infer<typeof instance>;
export const instanceAnswer = instance;

export const aggregatedAnswer = z.object({
  items: z.record(z.string(), z.object({ instances: z.array(instance).nullish() })).nullish(),
  nextPageToken: text,
  unreachables: z.array(z.string()).nullish(),
});

const machineType = z.object({
  name: z.string(),
  guestCpus: z.number(),
  memoryMb: z.number(),
  accelerators: z.array(z.object({ guestAcceleratorType: z.string(), guestAcceleratorCount: z.number() })).nullish(),
});
export type MachineType = z.infer<typeof machineType>;
export const machineTypesAnswer = z.object({
  items: z.record(z.string(), z.object({ machineTypes: z.array(machineType).nullish() })).nullish(),
  nextPageToken: text,
});

export const projectAnswer = z.object({ id: z.string() });
/** An operation that failed has an `error` too, without a code of its own. */
export const failure = z.object({
  error: z.object({ code: z.number(), message: text, status: text, errors: z.array(z.object({ reason: text })).nullish() }),
});
