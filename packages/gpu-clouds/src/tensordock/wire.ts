import { z } from "zod";

const gpu = z.object({
  v0Name: z.string(),
  displayName: z.string().nullish(),
  max_count: z.number(),
  price_per_hr: z.number(),
  resources: z.object({ max_vcpus: z.number(), max_ram_gb: z.number(), max_storage_gb: z.number() }),
  pricing: z.object({ per_vcpu_hr: z.number(), per_gb_ram_hr: z.number(), per_gb_storage_hr: z.number() }),
});
export type TensorDockGpu = z.infer<typeof gpu>;

const location = z.object({
  id: z.string(),
  city: z.string().nullish(),
  stateprovince: z.string().nullish(),
  country: z.string().nullish(),
  gpus: z.array(gpu),
});
export type TensorDockLocation = z.infer<typeof location>;
export const locationsAnswer = z.object({ data: z.object({ locations: z.array(location) }) });

const instance = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  ipAddress: z.string().nullish(),
  portForwards: z.array(z.object({ internal_port: z.number(), external_port: z.number() })).nullish(),
  rateHourly: z.number().nullish(),
  resources: z
    .object({
      vcpu_count: z.number(),
      ram_gb: z.number(),
      storage_gb: z.number(),
      gpus: z.record(z.string(), z.object({ count: z.number() })).nullish(),
    })
    .nullish(),
});
export type TensorDockInstance = z.infer<typeof instance>;

/** Some answers come without their wrapping. */
export const instanceAnswer = z.union([z.object({ data: instance }).transform(({ data }) => data), instance]);
export const instancesAnswer = z.object({
  data: z.union([z.array(instance), z.object({ instances: z.array(instance) }).transform(({ instances }) => instances)]),
});

export const failure = z.object({ status: z.number().nullish(), error: z.string().nullish(), message: z.string().nullish() });
export const invalidFields = z.array(z.object({ code: z.string(), message: z.string(), path: z.unknown() })).min(1);
