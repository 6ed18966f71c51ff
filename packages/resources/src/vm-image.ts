import { z } from "zod";
import { type Condition, name, type Resource } from "./metadata";

const sourceShape = {
  existing: z.string().min(1).max(1024).optional().describe("An image that the platform has, by id or name."),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the provider fetches it; http needs a checksum."),
  file: z.string().min(1).max(4096).optional().describe("A file on the provider's own machine."),
  checksum: z
    .string()
    .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, "sha256:HEX or sha512:HEX")
    .optional()
    .describe("Of the bytes that are fetched."),
  format: z.string().max(32).optional().describe("qcow2, raw, ova, …; found out from the content if left out."),
};
const exactlyOne = (s: { existing?: string; url?: string; file?: string }) =>
  [s.existing, s.url, s.file].filter((v) => v !== undefined).length === 1;

export const vmImageSpecSchema = z.strictObject({
  source: z
    .strictObject(sourceShape)
    .refine(exactlyOne, "exactly one of existing, url, file")
    .refine((s) => !s.url?.startsWith("http:") || s.checksum !== undefined, "an http url needs a checksum")
    .optional()
    .describe("Where the image comes from, for providers that are not named below."),
  providers: z
    .array(
      z
        .strictObject({ provider: name.describe("A Provider's name."), ...sourceShape })
        .refine(exactlyOne, "exactly one of existing, url, file"),
    )
    .max(64)
    .optional()
    .describe("Where it comes from on single providers."),
});

export type VMImageSpec = z.output<typeof vmImageSpecSchema>;
export interface VMImageStatus {
  conditions?: Condition[];
  /** Where the image stands on each provider that was asked for it. */
  providers?: { provider: string; imageId: string; ready: boolean; task?: string; progressPercent?: number; message?: string }[];
}
export type VMImage = Resource<VMImageSpec, VMImageStatus>;
