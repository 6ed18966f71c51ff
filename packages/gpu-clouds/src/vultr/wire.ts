import { z } from "zod";

const meta = z.object({ links: z.object({ next: z.string().nullish() }).nullish() }).nullish();

const plan = z.object({
  id: z.string(),
  vcpu_count: z.number(),
  ram: z.number(),
  disk: z.number(),
  monthly_cost: z.number(),
  hourly_cost: z.number().nullish(),
  gpu_type: z.string().nullish(),
  gpu_vram_gb: z.number().nullish(),
  locations: z.array(z.string()),
});
export type VultrPlan = z.infer<typeof plan>;
export const plansAnswer = z.object({ plans: z.array(plan), meta });
export const availabilityAnswer = z.object({ available_plans: z.array(z.string()) });

const instance = z.object({
  id: z.string(),
  label: z.string().nullish(),
  main_ip: z.string().nullish(),
  v6_main_ip: z.string().nullish(),
  status: z.string(),
  power_status: z.string().nullish(),
  server_status: z.string().nullish(),
  region: z.string().nullish(),
  plan: z.string(),
  vcpu_count: z.number().nullish(),
  ram: z.number().nullish(),
  disk: z.number().nullish(),
  date_created: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});
export type VultrInstance = z.infer<typeof instance>;
export const instanceAnswer = z.object({ instance });
export const instancesAnswer = z.object({ instances: z.array(instance), meta });
export const systemsAnswer = z.object({ os: z.array(z.object({ id: z.number(), name: z.string() })), meta });
export const accountAnswer = z.object({
  account: z.object({
    email: z.string().nullish(),
    name: z.string().nullish(),
    balance: z.number().nullish(),
    pending_charges: z.number().nullish(),
  }),
});
export const failure = z.object({ error: z.string(), status: z.number().nullish() });
