import { z } from "zod";

const links = z.object({ pages: z.object({ next: z.string().nullish() }).nullish() }).nullish();

const size = z.object({
  slug: z.string(),
  vcpus: z.number(),
  memory: z.number(),
  disk: z.number(),
  price_hourly: z.number(),
  regions: z.array(z.string()),
  available: z.boolean(),
  gpu_info: z
    .object({
      count: z.number(),
      model: z.string(),
      vram: z.object({ amount: z.number(), unit: z.string() }).nullish(),
    })
    .nullish(),
});
export type Size = z.infer<typeof size>;
export const sizesAnswer = z.object({ sizes: z.array(size), links });

const droplet = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  locked: z.boolean().nullish(),
  created_at: z.string().nullish(),
  size_slug: z.string().nullish(),
  vcpus: z.number().nullish(),
  memory: z.number().nullish(),
  disk: z.number().nullish(),
  region: z.object({ slug: z.string() }).nullish(),
  networks: z
    .object({
      v4: z.array(z.object({ ip_address: z.string(), type: z.string() })).nullish(),
      v6: z.array(z.object({ ip_address: z.string(), type: z.string() })).nullish(),
    })
    .nullish(),
  tags: z.array(z.string()).nullish(),
});
export type Droplet = z.infer<typeof droplet>;
export const dropletAnswer = z.object({ droplet });
export const dropletsAnswer = z.object({ droplets: z.array(droplet), links });
export const actionsAnswer = z.object({ actions: z.array(z.object({ id: z.number(), type: z.string(), status: z.string() })) });
export const accountAnswer = z.object({ account: z.object({ uuid: z.string() }) });
export const failure = z.object({ id: z.string(), message: z.string() });
