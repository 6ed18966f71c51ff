import { z } from "zod";
import { type Condition, name, type Resource } from "./metadata";
import { line, repeated } from "./text";

const sourceShape = {
  existing: line(1024).optional().describe("An image that the platform has, by id or name."),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the provider fetches it; http needs a checksum."),
  file: line(4096).optional().describe("A file on the provider's own machine."),
  checksum: z
    .string()
    .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, "sha256:HEX or sha512:HEX")
    .optional()
    .describe("Of the bytes that are fetched."),
  format: line(32).optional().describe("qcow2, raw, ova, …; found out from the content if left out."),
};
const exactlyOne = (s: { existing?: string; url?: string; file?: string }) =>
  [s.existing, s.url, s.file].filter((v) => v !== undefined).length === 1;
const checked = (s: { url?: string; checksum?: string }) => !s.url?.startsWith("http:") || s.checksum !== undefined;
const needsChecksum = { path: ["checksum"], message: "an http url needs a checksum" };

export const vmImageSpecSchema = z
  .strictObject({
    source: z
      .strictObject(sourceShape)
      .refine(exactlyOne, "exactly one of existing, url, file")
      .refine(checked, needsChecksum)
      .optional()
      .describe("Where the image comes from, for providers that are not named below."),
    providers: z
      .array(
        z
          .strictObject({ provider: name.describe("A Provider's name."), ...sourceShape })
          .refine(exactlyOne, "exactly one of existing, url, file")
          .refine(checked, needsChecksum),
      )
      .max(64)
      .optional()
      .describe("Where it comes from on single providers."),
  })
  .superRefine(({ source, providers = [] }, ctx) => {
    if (!source && providers.length === 0) ctx.addIssue({ code: "custom", path: ["source"], message: "source or providers is needed" });
    for (const { index, value } of repeated(providers, (p) => p.provider)) {
      ctx.addIssue({ code: "custom", path: ["providers", index, "provider"], message: `${value} is there already` });
    }
  });

export type VMImageSpec = z.output<typeof vmImageSpecSchema>;
export interface VMImageStatus {
  conditions?: Condition[];
  /** Where the image stands on each provider that was asked for it. */
  providers?: { provider: string; imageId: string; ready: boolean; task?: string; progressPercent?: number; message?: string }[];
}
export type VMImage = Resource<VMImageSpec, VMImageStatus>;
