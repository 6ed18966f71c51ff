import { z } from "zod";
import { describeGot } from "./expected";

export const apiVersion = "remuda.dev/v1alpha1";

/** DNS label: what Kubernetes takes for a name, and every platform for a machine. */
export const name = z
  .string()
  .max(63, "at most 63 characters")
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "lower-case letters, digits and '-', beginning and ending with a letter or digit");

const labelKey = z
  .string()
  .regex(
    /^((?=[^/]{1,253}\/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    "a label key such as app or example.com/app",
  );
const labelValue = z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, "at most 63 letters, digits, '-', '_' and '.'");

/** A machine that runs is restarted once for each value, when that time has come. */
export const restartAnnotation = "remuda.dev/restart-requested-at";

// As Kubernetes has it: the bytes of all keys and values together.
const maxAnnotationBytes = 256 << 10;

const annotations = z.record(labelKey, z.string()).superRefine((all, ctx) => {
  const bytes = Object.entries(all).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > maxAnnotationBytes) {
    const told = `expected at most ${maxAnnotationBytes >> 10} KiB in all keys and values, got ${Math.ceil(bytes / 1024)} KiB`;
    ctx.addIssue({ code: "custom", message: told });
  }
  const requestedAt = all[restartAnnotation];
  if (requestedAt === undefined || z.iso.datetime({ offset: true }).safeParse(requestedAt).success) return;
  ctx.addIssue({
    code: "custom",
    path: [restartAnnotation],
    message: `expected a time such as 2026-01-02T03:04:05Z, got ${describeGot(requestedAt)}`,
  });
});

export const metadataSchema = z.strictObject({
  name: name.describe("Unique among the resources of its kind."),
  labels: z.record(labelKey, labelValue).optional().describe("For selectors; a machine's labels go to its platform too."),
  annotations: annotations.optional().describe("Free text; Remuda reads only its own, which begin with remuda.dev/."),
  uid: z.string().optional().describe("Set by the store; a machine's identity on its platform."),
  resourceVersion: z.string().optional().describe("Set by the store; given in an update, the update fails if it is not the newest."),
  generation: z.int().optional().describe("Set by the store; counts the changes of spec."),
  creationTimestamp: z.string().optional().describe("Set by the store, RFC 3339."),
  deletionTimestamp: z.string().optional().describe("Set by the store when deletion was asked for, RFC 3339."),
  finalizers: z.array(z.string()).optional().describe("Who still has to clean up before the resource is gone."),
});

/** As the store keeps it: what the store sets is there. */
export interface Metadata {
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  finalizers?: string[];
}

/** One aspect of a resource's state, as Kubernetes has it. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  /** CamelCase, for programs. */
  reason: string;
  /** For people: what happened and what to do. */
  message: string;
  /** When `status` last changed, RFC 3339. */
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** A reference to one key of a secret: the file NAME/KEY in the manager's secrets folder. */
export const secretRef = z.strictObject({
  name: name.describe("The secret's name."),
  key: z
    .string()
    .regex(/^(?!\.\.?$)[A-Za-z0-9._-]{1,253}$/, "a file name of letters, digits, '.', '_' and '-'")
    .describe("The key within it."),
});

/** Any resource, whatever its kind. */
export interface Resource<Spec = unknown, Status = unknown> {
  apiVersion: typeof apiVersion;
  kind: string;
  metadata: Metadata;
  spec: Spec;
  status?: Status;
}
