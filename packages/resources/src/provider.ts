import { isIPv4 } from "node:net";
import { z } from "zod";
import { type Condition, name, type Resource, secretRef } from "./metadata";
import { line } from "./text";

export const providerSpecSchema = z
  .strictObject({
    address: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^(unix:\/.+|\[[0-9a-fA-F:.]+\]:\d{1,5}|[A-Za-z0-9._-]+:\d{1,5})$/, "host:port, [ipv6]:port or unix:/path")
      .describe("Where the provider service listens: host:port or unix:/path."),
    tls: z
      .strictObject({
        ca: secretRef.optional().describe("Certificate authority that signed the provider's certificate; the system's if left out."),
        certificate: secretRef.optional().describe("The manager's certificate, for mutual TLS."),
        key: secretRef.optional().describe("Its key."),
        serverName: line(253).optional().describe("The name in the provider's certificate, if not that of address."),
      })
      .refine((t) => (t.certificate === undefined) === (t.key === undefined), "certificate and key go together")
      .optional()
      .describe("TLS. Without it the connection is plaintext, which is refused off loopback unless insecure is true."),
    insecure: z.boolean().optional().describe("Allow plaintext to an address that is not loopback."),
    rateLimit: z
      .strictObject({
        qps: z.number().positive().max(100_000).describe("Calls a second, on average."),
        burst: z.int().min(1).max(100_000).describe("Calls at once."),
      })
      .optional()
      .describe("Most calls that the manager makes."),
    maxConcurrentCalls: z.int().min(1).max(10_000).default(64).describe("Calls under way at once."),
    defaults: z
      .strictObject({
        class: name.optional().describe("VMClass of machines that name none."),
        network: name.optional().describe("VMNetwork of machines without interfaces."),
      })
      .optional()
      .describe("For machines that leave something out."),
  })
  .superRefine(({ address, tls, insecure }, ctx) => {
    const wrong = (path: string, message: string) => ctx.addIssue({ code: "custom", path: [path], message });
    // Without a port its form is wrong, which is told already.
    if (!/^unix:|:\d+$/.test(address)) return;
    const port = address.startsWith("unix:") ? 1 : Number(address.slice(address.lastIndexOf(":") + 1));
    if (port < 1 || port > 65_535) wrong("address", `expected a port from 1 to 65535, got ${port}`);
    if (tls && insecure) wrong("insecure", "tls or insecure, not both");
    if (!tls && !insecure && !isLoopback(address)) wrong("tls", `required: ${address} is not loopback. For plaintext say insecure: true`);
  });

/** Whether an address of a provider stays on this machine: unix:, localhost, 127.0.0.0/8, ::1. */
export function isLoopback(address: string): boolean {
  if (address.startsWith("unix:")) return true;
  const host = address.slice(0, address.lastIndexOf(":"));
  return host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}

export type ProviderSpec = z.output<typeof providerSpecSchema>;
/** A machine that a VirtualMachine with deletionPolicy Retain was for. */
export interface RetainedMachine {
  uid: string;
  id?: string;
  /** The VirtualMachine's. */
  name: string;
}

export interface ProviderStatus {
  conditions?: Condition[];
  /** Connecting: not reached yet since the manager started. */
  phase?: "Connecting" | "Connected" | "Unreachable" | "Invalid";
  platform?: string;
  /** Which platform the machines are on; another one is not used. */
  platformId?: string;
  platformVersion?: string;
  providerVersion?: string;
  account?: string;
  services?: string[];
  /** Machines of this installation that the platform shows. */
  machines?: number;
  /** Machines that bear this installation's marks and no VirtualMachine is for. */
  orphans?: number;
  /** Machines that were let go of and still bear its marks, since they could not be taken off: no orphans. */
  retained?: RetainedMachine[];
  observedGeneration?: number;
}
export type ProviderResource = Resource<ProviderSpec, ProviderStatus>;
