import { z } from "zod";
import { createAws, handlerNames } from "./aws/aws";
import type { Cloud } from "./cloud";
import { createDigitalOcean } from "./digitalocean/digitalocean";
import { googleToken } from "./gce/credentials";
import { createGce } from "./gce/gce";
import { createLambda } from "./lambda/lambda";
import type { Reach } from "./reach";
import { createScaleway } from "./scaleway/scaleway";
import { createTensorDock } from "./tensordock/tensordock";
import { createVast } from "./vast/vast";
import { createVultr } from "./vultr/vultr";

const key = z.string().min(1);
/** A list in a file, or names with commas in a variable. */
const names = z.union([z.array(key), key.transform((text) => text.split(","))]);

/** A cloud by its credentials' form. */
const entry = <Credentials>(schema: z.ZodType<Credentials>, open: (credentials: Credentials, settings: Reach) => Cloud) => ({
  read(given: unknown, settings: Reach): Opened {
    const read = schema.safeParse(given);
    if (read.success) return { ok: true, cloud: open(read.data, settings) };
    return { ok: false, problems: read.error.issues.map(({ path, message }) => ({ field: path.join("."), message })) };
  },
});

const awsCredentials = z
  .object({
    region: key,
    accessKeyId: key.optional(),
    secretAccessKey: key.optional(),
    sessionToken: key.optional(),
    handlers: names.pipe(z.array(z.enum(handlerNames))).optional(),
    subnets: names.optional(),
    securityGroups: names.optional(),
    keyName: key.optional(),
    instanceProfile: key.optional(),
    iamFleetRole: key.optional(),
    image: key.optional(),
    prices: z.record(z.string(), z.number()).optional(),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    path: ["secretAccessKey"],
    message: "it goes together with accessKeyId",
  });

/** A service account's JSON file as it is, or none of its fields: then the application default credentials are used. */
const gceCredentials = z.object({
  project: key.optional(),
  project_id: key.optional(),
  client_email: key.optional(),
  /** A token that something else has made; it is not renewed. */
  accessToken: key.optional(),
  private_key: key.optional(),
  zones: names.optional(),
  network: key.optional(),
  subnetwork: key.optional(),
  serviceAccount: key.optional(),
  prices: z.record(z.string(), z.number()).optional(),
});

const clouds = {
  aws: entry(awsCredentials, ({ accessKeyId, secretAccessKey, sessionToken, ...settings }, reach) => {
    const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
    return createAws({ ...settings, credentials, ...reach });
  }),
  digitalocean: entry(z.object({ token: key }), (credentials, settings) => createDigitalOcean({ ...credentials, ...settings })),
  gce: entry(
    gceCredentials.transform(({ project, project_id, ...rest }, context) => {
      const name = project ?? project_id;
      if (name === undefined) context.addIssue({ code: "custom", path: ["project"], message: "required" });
      return { ...rest, project: name ?? "" };
    }),
    ({ client_email, private_key, accessToken: given, ...settings }, reach) => {
      const accessToken = given
        ? () => Promise.resolve(given)
        : googleToken(client_email && private_key ? { client_email, private_key } : undefined);
      return createGce({ ...settings, accessToken, ...reach });
    },
  ),
  lambda: entry(z.object({ key }), (credentials, settings) => createLambda({ ...credentials, ...settings })),
  scaleway: entry(z.object({ secretKey: key, projectId: key, zones: names.optional() }), (credentials, settings) =>
    createScaleway({ ...credentials, ...settings }),
  ),
  tensordock: entry(
    z.object({ token: key, apiKey: key.optional(), apiToken: key.optional(), sshKey: key.optional() }),
    (credentials, settings) => createTensorDock({ ...credentials, ...settings }),
  ),
  vast: entry(z.object({ key }), (credentials, settings) => createVast({ ...credentials, ...settings })),
  vultr: entry(z.object({ key }), (credentials, settings) => createVultr({ ...credentials, ...settings })),
};

export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as CloudName[]; // The keys of a literal.

/** A cloud, or what is wrong with its credentials, without their values. */
export type Opened = { ok: true; cloud: Cloud } | { ok: false; problems: { field: string; message: string }[] };

export const openCloud = (name: CloudName, credentials: unknown, settings: Reach = {}): Opened => clouds[name].read(credentials, settings);
