import { isReason, ProviderError, type Reason } from "@remuda/contract";
import { z } from "zod";
import type { Problem, WorkKind } from "./records";

const rate = z.number().min(0).max(1).describe("How likely, 0 to 1.");
const reason = z.string().refine((text): text is Reason => isReason(text), "one of the contract's reasons");

/** Calls that faults can be aimed at; the Provider interface's own names. */
const rpcs = [
  "validate",
  "create",
  "delete",
  "power",
  "reconfigure",
  "adopt",
  "release",
  "describe",
  "isTaskComplete",
  "cancelTask",
  "list",
  "watch",
  "createSnapshot",
  "deleteSnapshot",
  "revertSnapshot",
  "listSnapshots",
  "prepareImage",
  "deleteImage",
  "listImages",
  "getDisk",
  "deleteDisk",
  "exportDisk",
  "importDisk",
  "listOffers",
  "openConsole",
] as const;
export type Rpc = (typeof rpcs)[number];

const workKinds = [
  "create",
  "delete",
  "power",
  "reconfigure",
  "createSnapshot",
  "deleteSnapshot",
  "revertSnapshot",
  "prepareImage",
] as const satisfies readonly WorkKind[];

const rpc = z.enum([...rpcs, "*"]).default("*");
const operation = z.enum([...workKinds, "*"]).default("*");
const perMinute = z.number().min(0).default(0);

export const faultsSchema = z.strictObject({
  errors: z
    .array(z.strictObject({ rpc, reason, rate, message: z.string().optional(), retryAfterMs: z.int().min(0).optional() }))
    .default([])
    .describe("Calls that fail before anything is done. The first that strikes counts."),
  slow: z
    .array(z.strictObject({ rpc, rate, minMs: z.number().min(0), maxMs: z.number().min(0) }))
    .default([])
    .describe("Calls that are begun late."),
  lostReplies: z
    .array(z.strictObject({ rpc, rate }))
    .default([])
    .describe("Calls that do their work, and then answer UNAVAILABLE as a broken connection does; streams break off in the middle."),
  failTasks: z
    .array(z.strictObject({ operation, rate, reason: reason.default("INTERNAL"), message: z.string().optional() }))
    .default([])
    .describe("Operations that fail when they are due."),
  forgetTasks: z
    .array(z.strictObject({ operation, rate }))
    .default([])
    .describe("Operations whose task ref can't be traced; they go on nevertheless."),
  machines: z
    .strictObject({
      vanishPerMinute: perMinute,
      stopPerMinute: perMinute,
      startPerMinute: perMinute,
      changePerMinute: perMinute,
      reclaimPerMinute: perMinute,
    })
    .prefault({})
    .describe("What machines do by themselves, on average over the whole platform. reclaim: spot machines are taken back."),
});

export type Faults = z.output<typeof faultsSchema>;
export type FaultsInput = z.input<typeof faultsSchema>;

/** What goes wrong, decided one question at a time so that the same seed decides alike. */
export interface FaultControl {
  current(): Faults;
  replace(faults: Faults): void;
  error(rpc: Rpc): ProviderError | undefined;
  delayMs(rpc: Rpc): number;
  losesReply(rpc: Rpc): boolean;
  doom(kind: WorkKind): Problem | undefined;
  forgets(kind: WorkKind): boolean;
}

export function createFaults(initial: Faults, random: () => number): FaultControl {
  let faults = initial;
  // A rule that is not aimed at the call draws nothing: other calls' luck stays as it was.
  const strikes = (aimedAt: string, what: string, chance: number) => (aimedAt === "*" || aimedAt === what) && random() < chance;

  return {
    current: () => faults,
    replace(next) {
      faults = next;
    },
    error(call) {
      const rule = faults.errors.find((candidate) => strikes(candidate.rpc, call, candidate.rate));
      if (!rule) return undefined;
      const options = rule.retryAfterMs === undefined ? {} : { retryAfterMs: rule.retryAfterMs };
      return new ProviderError(rule.reason, rule.message ?? `a simulated fault of ${call}`, options);
    },
    delayMs(call) {
      const rule = faults.slow.find((candidate) => strikes(candidate.rpc, call, candidate.rate));
      return rule ? rule.minMs + random() * Math.max(0, rule.maxMs - rule.minMs) : 0;
    },
    losesReply: (call) => faults.lostReplies.some((rule) => strikes(rule.rpc, call, rule.rate)),
    doom(kind) {
      const rule = faults.failTasks.find((candidate) => strikes(candidate.operation, kind, candidate.rate));
      return rule && { reason: rule.reason, message: rule.message ?? `a simulated fault of the ${kind} task` };
    },
    forgets: (kind) => faults.forgetTasks.some((rule) => strikes(rule.operation, kind, rule.rate)),
  };
}
