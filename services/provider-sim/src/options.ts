import { z } from "zod";
import { instanceTypes } from "./catalog";
import { faultsSchema } from "./faults";

const gpuSchema = z.strictObject({ name: z.string().min(1), count: z.int().min(1), memoryMib: z.int().min(1) });
const hostSchema = z.strictObject({
  name: z.string().min(1),
  zone: z.string().default("zone-a"),
  cluster: z.string().default("sim"),
  cpus: z.int().min(1),
  memoryMib: z.int().min(1),
  diskGib: z.int().min(1),
  gpus: z.array(gpuSchema).default([]),
});
const networkSchema = z.strictObject({
  name: z.string().min(1),
  cidr: z.cidrv4().refine((cidr) => Number(cidr.split("/")[1]) <= 30, "a prefix of at most 30 bits"),
});
const imageSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, "1 to 63 of [a-z0-9.-]"),
  sizeGib: z.int().min(1),
  operatingSystem: z.string().default("Linux"),
});
const ms = z.number().min(0);
export const latencySchema = z.strictObject({
  create: ms.default(1500),
  delete: ms.default(500),
  power: ms.default(400),
  reconfigure: ms.default(400),
  createSnapshot: ms.default(500),
  deleteSnapshot: ms.default(300),
  revertSnapshot: ms.default(500),
  prepareImage: ms.default(1500),
});
export type Latency = z.output<typeof latencySchema>;

/** The same for every operation. */
export const uniformLatency = (each: number): Latency => ({
  create: each,
  delete: each,
  power: each,
  reconfigure: each,
  createSnapshot: each,
  deleteSnapshot: each,
  revertSnapshot: each,
  prepareImage: each,
});

const defaultHosts = [1, 2, 3, 4].map((n) => ({
  name: `host-${n}`,
  zone: n % 2 === 1 ? "zone-a" : "zone-b",
  cluster: "sim",
  cpus: 64,
  memoryMib: 256 * 1024,
  diskGib: 4096,
  gpus: n === 4 ? [{ name: "H100", count: 8, memoryMib: 81_559 }] : [],
}));

const instanceTypeSchema = z.custom<(typeof instanceTypes)[number]>();

export const optionsSchema = z.strictObject({
  stateDir: z.string().min(1).optional().describe("Where state outlives the process. Left out: in memory only."),
  hosts: z.array(hostSchema).min(1).default(defaultHosts),
  overcommit: z.number().min(1).default(1).describe("Multiplies the hosts' processors, memory and disk."),
  networks: z
    .array(networkSchema)
    .min(1)
    .default([
      { name: "default", cidr: "10.77.0.0/16" },
      { name: "lab", cidr: "10.78.0.0/24" },
    ])
    .describe("The first is for interfaces that name none."),
  images: z.array(imageSchema).default([]).describe("Further images that are there from the start."),
  instanceTypes: z.array(instanceTypeSchema).default([...instanceTypes]),
  latencyMs: z.union([ms.transform(uniformLatency), latencySchema]).prefault({}),
  guestShutdownMs: ms.default(2000).describe("How long a guest takes to stop when it is asked to."),
  faults: faultsSchema.prefault({}),
});

export type SimulatorOptions = z.input<typeof optionsSchema>;
export type Settings = z.output<typeof optionsSchema>;
