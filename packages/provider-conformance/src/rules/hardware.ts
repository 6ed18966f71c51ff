import { isIP } from "node:net";
import { Firmware, type Hardware, HardwareFeature } from "@remuda/contract";
import type { RuleContext } from "../context";
import { all, capability, hardware, nameOf, setting, valuesOf } from "../declared";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

/** What a spec asks for, by feature. */
const wishes: Record<Exclude<HardwareFeature, 0>, (gpu: string) => Partial<Hardware>> = {
  [HardwareFeature.UEFI]: () => ({ firmware: Firmware.UEFI }),
  [HardwareFeature.SECURE_BOOT]: () => ({ firmware: Firmware.UEFI, secureBoot: true }),
  [HardwareFeature.TPM]: () => ({ tpm: true }),
  [HardwareFeature.NESTED_VIRTUALIZATION]: () => ({ nestedVirtualization: true }),
  [HardwareFeature.GPUS]: (gpu) => ({ gpus: [{ name: gpu, count: 1, memoryMib: 0, device: "" }] }),
};

const features = valuesOf(HardwareFeature) as Exclude<HardwareFeature, 0>[]; // Without UNSPECIFIED, as valuesOf says.

const asked = (ctx: RuleContext, feature: Exclude<HardwareFeature, 0>) => {
  const { cpus, memoryMiB: memoryMib, gpu = "H100" } = ctx.settings;
  return { hardware: { cpus, memoryMib, ...wishes[feature](gpu) } };
};

const featureRules = features.map((feature): Rule => {
  const name = nameOf(HardwareFeature, feature);
  const declared = hardware(feature);
  return {
    id: `hardware-${name.toLowerCase().replaceAll("_", "-")}`,
    title: `a machine is made with ${name}, and Describe shows it`,
    requires: feature === HardwareFeature.GPUS ? all(declared, setting("gpu")) : declared,
    async run(ctx) {
      const { hardware: shown } = await ctx.make(asked(ctx, feature));
      const got = present(shown, "hardware");
      const { gpus, ...plain } = wishes[feature](ctx.settings.gpu ?? "");
      for (const [field, value] of Object.entries(plain)) checkEqual(got[field as keyof Hardware], value, `hardware.${field}`);
      if (gpus)
        checkEqual(
          got.gpus.reduce((sum, { count }) => sum + count, 0),
          1,
          "how many GPUs it has",
        );
    },
  };
});

const undeclaredHardware: Rule = {
  id: "hardware-undeclared",
  title: "hardware that is not declared is refused with UNSUPPORTED and makes nothing",
  async run(ctx) {
    const undeclared = features.filter((feature) => !ctx.capabilities.hardwareFeatures.includes(feature));
    if (undeclared.length === 0) return skip("every hardware feature is declared");
    for (const feature of undeclared) {
      await ctx.refused(ctx.create(ctx.createRequest(asked(ctx, feature))), "UNSUPPORTED", nameOf(HardwareFeature, feature));
    }
    checkEqual(await ctx.list(), [], "the owner's list after the refused calls");
  },
};

const guestAddresses: Rule = {
  id: "addresses",
  title: "a running machine shows its addresses, without prefix lengths",
  requires: capability("addresses"),
  async run(ctx) {
    const { id } = await ctx.shared();
    const addresses = await ctx.until(`${id} shows an address`, async () => {
      const found = (await ctx.describe({ id })).interfaces.flatMap((nic) => nic.addresses);
      return found.length > 0 ? found : undefined;
    });
    for (const address of addresses) check(isIP(address) !== 0, `"${address}" is not an address`);
  },
};

export const hardwareRules: Rule[] = [...featureRules, undeclaredHardware, guestAddresses];
