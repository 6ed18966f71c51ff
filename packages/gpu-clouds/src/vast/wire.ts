import { z } from "zod";

const number = z.number().nullish();

const offer = z.object({
  id: z.number(),
  machine_id: z.number().nullish(),
  host_id: z.number().nullish(),
  gpu_name: z.string().nullish(),
  num_gpus: z.number(),
  gpu_ram: number,
  cpu_cores_effective: number,
  cpu_ram: number,
  disk_space: number,
  dph_total: z.number(),
  min_bid: number,
  reliability2: number,
  reliability: number,
  geolocation: z.string().nullish(),
  cuda_max_good: number,
  rentable: z.boolean().nullish(),
  rented: z.boolean().nullish(),
});
export type VastOffer = z.infer<typeof offer>;
export const offersAnswer = z.object({ offers: z.array(offer) });

const instance = z.object({
  id: z.number(),
  label: z.string().nullish(),
  actual_status: z.string().nullish(),
  intended_status: z.string().nullish(),
  cur_state: z.string().nullish(),
  next_state: z.string().nullish(),
  status_msg: z.string().nullish(),
  public_ipaddr: z.string().nullish(),
  ssh_host: z.string().nullish(),
  ssh_port: number,
  ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish(),
  gpu_name: z.string().nullish(),
  num_gpus: number,
  gpu_ram: number,
  cpu_cores_effective: number,
  cpu_ram: number,
  disk_space: number,
  dph_total: number,
  geolocation: z.string().nullish(),
  is_bid: z.boolean().nullish(),
  start_date: number,
});
export type VastInstance = z.infer<typeof instance>;
export const instanceAnswer = z.object({ instances: instance.nullable() });
export const instancesAnswer = z.object({ instances: z.array(instance), next_token: z.string().nullish() });
export const createdAnswer = z.object({ success: z.boolean(), new_contract: z.number() });
export const userAnswer = z.object({ id: z.number(), credit: number });

export const failure = z.object({
  success: z.boolean().nullish(),
  error: z.string().nullish(),
  msg: z.string().nullish(),
  new_contract: number,
});
