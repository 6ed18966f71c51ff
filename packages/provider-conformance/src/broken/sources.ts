import { CreateRequest, Firmware, type Hardware, type VirtualMachineSpec } from "@remuda/contract";
import { little } from "../reference/capabilities";
import type { Platform } from "../reference/platform";
import { type Broken, fail } from "./broken";

type Source = NonNullable<VirtualMachineSpec["source"]>;

const anImage = ({ images }: Platform): Source => ({ $case: "image", value: [...images.keys()][0] ?? "" });

/** Create as if the spec said something else; undefined: as it is. */
const misread = (
  change: (spec: VirtualMachineSpec, platform: Platform) => Partial<VirtualMachineSpec> | undefined,
): Pick<Broken, "handlers"> => ({
  handlers: ({ create }, platform) => ({
    create(request, call) {
      const changed = request.spec && change(request.spec, platform);
      return create(changed ? CreateRequest.create({ ...request, spec: { ...request.spec, ...changed } }) : request, call);
    },
  }),
});

const misreadHardware = (concerned: (hardware: Hardware) => boolean, change: Partial<Hardware>) =>
  misread(({ hardware }) => (hardware && concerned(hardware) ? { hardware: { ...hardware, ...change } } : undefined));

/** A clone that has its origin's disks as its own. */
const sharesDisks = (linked: boolean): Pick<Broken, "handlers"> => ({
  handlers: ({ create }, { machines }) => ({
    async create(request, call) {
      const answer = await create(request, call);
      const { source } = request.spec ?? {};
      if (source?.$case !== "virtualMachine" || source.value.linked !== linked || source.value.snapshotId !== "") return answer;
      const clone = machines.get(answer.virtualMachine?.id ?? "");
      const origin = machines.get(source.value.id);
      if (clone && origin) clone.shown.disks = origin.shown.disks;
      return answer;
    },
  }),
});

const refuses = (source: Source["$case"], concerned: (spec: VirtualMachineSpec) => boolean): Pick<Broken, "handlers"> => ({
  handlers: ({ create }) => ({
    create(request, call) {
      if (request.spec?.source?.$case === source && concerned(request.spec)) throw fail("INVALID_SPEC");
      return create(request, call);
    },
  }),
});

export const brokenSources: Broken[] = [
  {
    rule: "source-image",
    fault: "an unknown image is replaced by another",
    ...misread(({ source }, platform) =>
      source?.$case === "image" && source.value.startsWith("no-such") ? { source: anImage(platform) } : undefined,
    ),
  },
  { rule: "source-template", fault: "templates are declared, and refused", ...refuses("template", () => true) },
  { rule: "source-clone", fault: "a full clone has its origin's disks", ...sharesDisks(false) },
  { rule: "source-linked-clone", fault: "a linked clone has its origin's disks as its own", ...sharesDisks(true) },
  {
    rule: "source-clone-missing",
    fault: "a clone of nothing is made from an image",
    ...misread(({ source }, platform) =>
      source?.$case === "virtualMachine" && !platform.machines.has(source.value.id) ? { source: anImage(platform) } : undefined,
    ),
  },
  {
    rule: "source-disk",
    fault: "the disk is not used",
    mayFail: ["source-retained-disk", "leaves-nothing"],
    ...misread(({ source }, platform) => (source?.$case === "disk" ? { source: anImage(platform) } : undefined)),
  },
  {
    rule: "source-retained-disk",
    fault: "a disk that shall be kept goes with its machine",
    ...misread(({ disks }) => ({ disks: disks.map((disk) => ({ ...disk, retain: false })) })),
  },
  {
    rule: "source-instance-type",
    fault: "an instance type needs hardware all the same",
    ...refuses("instanceType", ({ hardware }) => !hardware),
  },
  { rule: "source-offer", fault: "an offer needs hardware all the same", ...refuses("offer", ({ hardware }) => !hardware) },
  {
    rule: "source-empty",
    fault: "a machine without content has no disk",
    handlers: ({ create }, { machines }) => ({
      async create(request, call) {
        const answer = await create(request, call);
        const machine = machines.get(answer.virtualMachine?.id ?? "");
        if (machine && request.spec?.source?.$case === "empty") machine.shown.disks = [];
        return answer;
      },
    }),
  },
  {
    rule: "source-undeclared",
    fault: "a source that is not declared is replaced by an image",
    base: little,
    ...misread(({ source }, platform) =>
      source && source.$case !== "image" && source.$case !== "virtualMachine" ? { source: anImage(platform) } : undefined,
    ),
  },
  {
    rule: "hardware-uefi",
    fault: "UEFI is forgotten",
    ...misreadHardware(({ firmware, secureBoot }) => firmware === Firmware.UEFI && !secureBoot, { firmware: Firmware.BIOS }),
  },
  {
    rule: "hardware-secure-boot",
    fault: "secure boot is forgotten",
    ...misreadHardware(({ firmware }) => firmware === Firmware.UEFI, { secureBoot: false }),
  },
  { rule: "hardware-tpm", fault: "the TPM is forgotten", ...misreadHardware(({ tpm }) => tpm, { tpm: false }) },
  {
    rule: "hardware-nested-virtualization",
    fault: "nested virtualization is forgotten",
    ...misreadHardware(({ nestedVirtualization }) => nestedVirtualization, { nestedVirtualization: false }),
  },
  {
    rule: "hardware-gpus",
    fault: "GPUs are forgotten",
    ...misreadHardware(({ gpus }) => gpus.some(({ count }) => count > 0), { gpus: [] }),
  },
  {
    rule: "hardware-undeclared",
    fault: "hardware that is not declared is left out in silence",
    base: little,
    ...misreadHardware(({ tpm, nestedVirtualization }) => tpm || nestedVirtualization, { tpm: false, nestedVirtualization: false }),
  },
  {
    rule: "addresses",
    fault: "addresses come with their prefix lengths",
    handlers: ({ describe }) => ({
      async describe(request, call) {
        const { virtualMachine } = await describe(request, call);
        const interfaces = virtualMachine?.interfaces.map((nic) => ({
          ...nic,
          addresses: nic.addresses.map((address) => `${address}/24`),
        }));
        return { virtualMachine: virtualMachine && interfaces && { ...virtualMachine, interfaces } };
      },
    }),
  },
];
