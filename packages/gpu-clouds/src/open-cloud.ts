import { z } from "zod";
import type { Cloud } from "./cloud";
import { createLambda } from "./lambda/lambda";

interface Settings {
  /** Instead of the cloud's own address. */
  baseUrl?: string | undefined;
}

const key = z.string().min(1);

/** A cloud by its credentials' form. */
const entry = <Credentials>(schema: z.ZodType<Credentials>, open: (credentials: Credentials, settings: Settings) => Cloud) => ({
  read(given: unknown, settings: Settings): Opened {
    const read = schema.safeParse(given);
    if (read.success) return { ok: true, cloud: open(read.data, settings) };
    return { ok: false, problems: read.error.issues.map(({ path, message }) => ({ field: path.join("."), message })) };
  },
});

const clouds = {
  lambda: entry(z.object({ key }), (credentials, settings) => createLambda({ ...credentials, ...settings })),
};

export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as CloudName[]; // The keys of a literal.

/** A cloud, or what is wrong with its credentials, without their values. */
export type Opened = { ok: true; cloud: Cloud } | { ok: false; problems: { field: string; message: string }[] };

export const openCloud = (name: CloudName, credentials: unknown, settings: Settings = {}): Opened =>
  clouds[name].read(credentials, settings);
