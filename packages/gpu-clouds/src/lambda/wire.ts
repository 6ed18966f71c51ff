import { z } from "zod";

const instanceType = z.object({
  name: z.string(),
  description: z.string().default(""),
  gpu_description: z.string().nullish(),
  price_cents_per_hour: z.number(),
  specs: z.object({ vcpus: z.number(), memory_gib: z.number(), storage_gib: z.number(), gpus: z.number().default(0) }),
});
export type LambdaInstanceType = z.infer<typeof instanceType>;

export const typesAnswer = z.object({
  data: z.record(
    z.string(),
    z.object({ instance_type: instanceType, regions_with_capacity_available: z.array(z.object({ name: z.string() })) }),
  ),
});

const instance = z.object({
  id: z.string(),
  name: z.string().nullish(),
  ip: z.string().nullish(),
  status: z.string(),
  region: z.object({ name: z.string() }).nullish(),
  instance_type: instanceType.nullish(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
});
export type LambdaInstance = z.infer<typeof instance>;

export const instanceAnswer = z.object({ data: instance });
export const instancesAnswer = z.object({ data: z.array(instance) });
export const launchAnswer = z.object({ data: z.object({ instance_ids: z.array(z.string()) }) });
export const terminateAnswer = z.object({ data: z.object({ terminated_instances: z.array(z.object({ id: z.string() })) }) });
export const keysAnswer = z.object({ data: z.array(z.object({ id: z.string(), name: z.string(), public_key: z.string() })) });
export const keyAnswer = z.object({ data: z.object({ name: z.string() }) });

export const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
