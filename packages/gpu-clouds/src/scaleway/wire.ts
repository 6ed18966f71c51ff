import { z } from "zod";

const product = z.object({
  ncpus: z.number(),
  ram: z.number(),
  gpu: z.number().nullish(),
  gpu_info: z.object({ gpu_name: z.string(), gpu_memory: z.number().nullish() }).nullish(),
  hourly_price: z.number(),
});
export type Product = z.infer<typeof product>;
export const productsAnswer = z.object({ servers: z.record(z.string(), product) });
export const availabilityAnswer = z.object({ servers: z.record(z.string(), z.object({ availability: z.string() })) });

const address = z.object({ address: z.string().nullish() }).nullish();
const server = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  commercial_type: z.string(),
  tags: z.array(z.string()).nullish(),
  public_ip: address,
  public_ips: z.array(address).nullish(),
  volumes: z.record(z.string(), z.object({ id: z.string(), volume_type: z.string().nullish(), size: z.number().nullish() })).nullish(),
  creation_date: z.string().nullish(),
});
export type Server = z.infer<typeof server>;
export const serverAnswer = z.object({ server });
export const serversAnswer = z.object({ servers: z.array(server) });

export const failure = z.object({
  type: z.string(),
  message: z.string().nullish(),
  details: z.unknown().optional(),
  current_state: z.string().nullish(),
});
