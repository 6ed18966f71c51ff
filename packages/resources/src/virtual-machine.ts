import { z } from "zod";
import { type Condition, name, type Resource, secretRef } from "./metadata";
import { family, line, repeated } from "./text";
import { hardwareSchema } from "./vm-class";

const diskSchema = z.strictObject({
  name: name.describe("Unique within the machine."),
  sizeGiB: z.int().min(1).max(65_536).describe("Size in GiB; may grow, never shrink."),
  boot: z.boolean().optional().describe("The disk that the image fills and the machine starts from."),
  storage: line(256).optional().describe("Pool, datastore or volume type of the platform."),
  bus: line(32).optional().describe("virtio, scsi, nvme, …"),
  retain: z.boolean().optional().describe("Keep it when the machine is deleted."),
});

const interfaceSchema = z.strictObject({
  name: name.describe("Unique within the machine."),
  network: name.describe("A VMNetwork's name."),
  macAddress: z
    .string()
    .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/, "six lower-case hex octets such as 52:54:00:12:34:56, not a multicast address")
    .optional()
    .describe("The platform chooses if left out."),
  model: line(32).optional().describe("virtio, e1000, vmxnet3, …"),
  addresses: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(16)
    .optional()
    .describe("Static addresses with prefix lengths; DHCP if left out."),
  gateway: z.union([z.ipv4(), z.ipv6()]).optional().describe("Default gateway; the network's if left out."),
  nameservers: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(8)
    .optional()
    .describe("The network's if left out."),
});

const virtualMachineShape = z.strictObject({
  provider: name.describe("A Provider's name."),
  class: name.optional().describe("A VMClass's name."),
  hardware: hardwareSchema.optional().describe("Hardware of this machine alone, instead of a class."),
  image: name.optional().describe("A VMImage's name. Exactly one of image and source."),
  source: z
    .strictObject({
      template: line(1024).optional().describe("A template of the platform, by id or path."),
      disk: line(1024).optional().describe("An existing disk of the platform, by id."),
      offer: line(1024).optional().describe("An offer's id."),
      instanceType: line(256).optional().describe("A cloud's instance type."),
      existing: line(1024)
        .optional()
        .describe(
          "A machine that is there already, by the platform's id; it is taken over as it is, and the spec has to say what is there.",
        ),
      empty: z.boolean().optional().describe("An empty boot disk."),
      platformImage: line(1024).optional().describe("With offer or instanceType: the cloud's image id."),
    })
    .refine(
      (s) => [s.template, s.disk, s.offer, s.instanceType, s.existing, s.empty || undefined].filter((v) => v !== undefined).length === 1,
      "exactly one of template, disk, offer, instanceType, existing, empty",
    )
    .optional()
    .describe("What the machine comes from, if not an image."),
  disks: z.array(diskSchema).max(64).optional().describe("Disks; the one with boot: true is filled from the image."),
  interfaces: z.array(interfaceSchema).max(32).optional().describe("Network interfaces, in the order in which the guest sees them."),
  cloudInit: z
    .strictObject({
      userData: z
        .string()
        .max(1 << 20)
        .optional()
        .describe("User data, inline."),
      userDataFrom: secretRef.optional().describe("User data, from a secret."),
      networkConfig: z
        .string()
        .max(1 << 20)
        .optional()
        .describe("Network configuration version 2; made from interfaces if left out."),
      sshAuthorizedKeys: z.array(line(16_384)).max(256).optional().describe("Public keys that may log in."),
      hostname: name.optional().describe("The machine's name if left out."),
    })
    .refine((c) => c.userData === undefined || c.userDataFrom === undefined, "userData or userDataFrom, not both")
    .optional()
    .describe("What cloud-init reads at first boot."),
  placement: z
    .strictObject({
      region: line(256).optional().describe("A region of a cloud."),
      zone: line(256).optional().describe("A zone of a cloud, or a datacenter."),
      cluster: line(256).optional().describe("A cluster of hosts."),
      host: line(256).optional().describe("One host."),
      resourcePool: line(256).optional().describe("A resource pool."),
      folder: line(1024).optional().describe("A folder for the machine."),
      antiAffinityGroup: name.optional().describe("Not on a host that already runs a machine of the same group."),
    })
    .optional()
    .describe("Where it shall run."),
  market: z
    .strictObject({
      type: z.enum(["OnDemand", "Spot"]).default("OnDemand").describe("How it is paid for."),
      maxPricePerHour: z.number().positive().optional().describe("Highest price in USD an hour."),
    })
    .optional()
    .describe("The terms."),
  powerState: z.enum(["On", "Off", "Suspended"]).default("On").describe("Whether it shall run."),
  shutdownTimeoutSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe("How long the guest may take to stop before force is used; 0: no wait."),
  deletionPolicy: z
    .enum(["Delete", "Retain"])
    .optional()
    .describe("Retain: deleting this resource leaves the machine as it is. Left out: Retain where source is existing, else Delete."),
  updatePolicy: z.enum(["Live", "Restart"]).default("Live").describe("Restart: a change that needs it may restart the machine."),
  recreatePolicy: z
    .enum(["Never", "IfMissing"])
    .default("Never")
    .describe("IfMissing: made anew, with new disks, when the platform says twice that it has it no more."),
  options: z.record(z.string(), z.json()).optional().describe("Settings that only this provider has."),
});

const checkedShape = virtualMachineShape.superRefine((spec, ctx) => {
  const wrong = (path: (string | number)[], message: string) => ctx.addIssue({ code: "custom", path, message });
  const { source, disks = [], interfaces = [] } = spec;
  if (spec.class !== undefined && spec.hardware) wrong(["hardware"], "class or hardware, not both");
  if ((spec.image === undefined) === (source === undefined)) wrong([source ? "source" : "image"], "exactly one of image and source");
  if (source?.platformImage !== undefined && source.offer === undefined && source.instanceType === undefined) {
    wrong(["source", "platformImage"], "goes with offer or instanceType");
  }
  if (source?.existing !== undefined) {
    if (spec.cloudInit) wrong(["cloudInit"], "the machine has been started already: goes with no source.existing");
    if (spec.recreatePolicy === "IfMissing") wrong(["recreatePolicy"], "what was taken over can't be made anew");
  }
  for (const { index, value } of repeated(disks, (d) => d.name)) wrong(["disks", index, "name"], `${value} is there already`);
  for (const { index } of repeated(disks, (d) => (d.boot ? "boot" : undefined)))
    wrong(["disks", index, "boot"], "another disk is the boot disk already");
  for (const { index, value } of repeated(interfaces, (n) => n.name)) wrong(["interfaces", index, "name"], `${value} is there already`);
  for (const { index, value } of repeated(interfaces, (n) => n.macAddress)) {
    wrong(["interfaces", index, "macAddress"], `${value} is another interface's already`);
  }
  const addresses = interfaces.flatMap((n, i) => (n.addresses ?? []).map((address, j) => ({ i, j, ip: address.split("/")[0] })));
  for (const { index, value } of repeated(addresses, (a) => a.ip)) {
    const at = addresses[index];
    if (at) wrong(["interfaces", at.i, "addresses", at.j], `${value} is there already`);
  }
  for (const [i, { gateway, addresses: own = [] }] of interfaces.entries()) {
    if (gateway === undefined) continue;
    if (own.length === 0) wrong(["interfaces", i, "gateway"], "goes with addresses; DHCP gives its own");
    else if (!own.some((a) => family(a) === family(gateway)))
      wrong(["interfaces", i, "gateway"], `no address is of its family, IPv${family(gateway)}`);
  }
});

/** Letting go of what was there before destroys nothing. */
export const virtualMachineSpecSchema = checkedShape.transform((spec) => ({
  ...spec,
  deletionPolicy: spec.deletionPolicy ?? (spec.source?.existing === undefined ? "Delete" : "Retain"),
}));

export type VirtualMachineSpec = z.output<typeof virtualMachineSpecSchema>;

export const virtualMachinePhases = [
  "Pending",
  "Creating",
  "Running",
  "Stopped",
  "Suspended",
  "Updating",
  "Deleting",
  "Failed",
  "Unknown",
] as const;
export type VirtualMachinePhase = (typeof virtualMachinePhases)[number];

/** What a machine was brought to beside its own spec. */
export interface Applied {
  /** A digest of its labels; left out: it had none. */
  labels?: string;
  /** The class that its hardware came from, as that was then. */
  class?: { name: string; revision: string };
}

/** What the manager is waiting for. Saved before anything else is done, so that a new process goes on waiting. */
export interface PendingTask {
  operation: "Create" | "Delete" | "Power" | "Reconfigure";
  /** Of a Reconfigure: what the machine has when it is done. */
  brings?: Applied & { generation: number };
  ref: string;
  progressPercent?: number;
  stage?: string;
  startedAt: string;
}

export interface VirtualMachineStatus {
  /** For people; programs read conditions. */
  phase: VirtualMachinePhase;
  conditions?: Condition[];
  /** The platform's id. Set as soon as the platform told it. */
  id?: string;
  /** Set before the first Create goes out: from here on a machine may exist, whatever is known of it. */
  launchedAt?: string;
  /** The provider that Create went to; the machine is there, whatever spec says now. */
  provider?: string;
  /** The platform that it was made on: on another one it is not looked for. Older machines have it once they are seen. */
  platformId?: string;
  powerState?: "On" | "Off" | "Suspended";
  task?: PendingTask;
  /** All addresses that were seen, in the interfaces' order. */
  addresses?: string[];
  interfaces?: { name: string; network?: string; macAddress?: string; addresses?: string[] }[];
  disks?: { id: string; name: string; capacityBytes: number; usedBytes?: number; storage?: string }[];
  hardware?: { cpus: number; memoryMiB: number };
  host?: string;
  pricePerHour?: number;
  /** The generation of spec that the platform was last brought to. */
  observedGeneration?: number;
  /** Not known of a machine that was not made by this manager: then a change of labels or class alone does not reach it. */
  applied?: Applied;
  /** What someone changed on the platform, such as "cpus" or "disk data". */
  drift?: string[];
  /** The newest request for a restart that was seen to: the annotation's value. */
  restartedFor?: string;
  /** The platform said that it has the machine no more; it is asked again before the machine is made anew. */
  missing?: { since: string };
  /** How often it was made anew lately, and when last. */
  recreated?: { count: number; at: string };
  /** Consecutive failed tries, and when the next one is due. With the revision of the class that could not be had, if that is what failed. */
  failures?: { count: number; reason: string; message: string; nextTryAt?: string; generation: number; classRevision?: string };
}

export type VirtualMachine = Resource<VirtualMachineSpec, VirtualMachineStatus>;
