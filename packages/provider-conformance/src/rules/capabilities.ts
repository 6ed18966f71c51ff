import {
  Change,
  ConsoleType,
  GetDiskRequest,
  HardwareFeature,
  isPlatformId,
  ListImagesRequest,
  ListOffersRequest,
  ListSnapshotsRequest,
  PowerOperation,
  ProviderError,
} from "@remuda/contract";
import type { RuleContext } from "../context";
import { valuesOf } from "../declared";
import { check, checkEqual, checkFails, skip } from "../expect";
import type { Rule } from "../rule";

const validate: Rule = {
  id: "validate",
  title: "Validate passes and names the platform that GetCapabilities names",
  async run(ctx) {
    const { platform } = await ctx.client.validate({}, { signal: ctx.signal });
    check(platform !== "", "platform is empty");
    checkEqual(platform, ctx.capabilities.platform, "the platform");
  },
};

const platformIdentity: Rule = {
  id: "platform-identity",
  title: "Validate answers the same platform_id every time: over another connection, and after a restart",
  alone: true,
  async run(ctx) {
    const { platformId } = await ctx.client.validate({}, { signal: ctx.signal });
    check(platformId !== "", "platform_id is empty");
    check(isPlatformId(platformId), `platform_id ${JSON.stringify(platformId)} is not 1 to 128 printable characters without spaces`);
    const again = async (what: string) =>
      checkEqual((await ctx.connect().validate({}, { signal: ctx.signal })).platformId, platformId, `platform_id ${what}`);
    await again("over another connection");
    if (!ctx.canRestart) return undefined;
    await ctx.restart();
    await again("after a restart");
    return undefined;
  },
};

const sourceNames = ["image", "template", "virtual_machine", "disk", "instance_type", "offer", "empty"];

const capabilities: Rule = {
  id: "capabilities",
  title: "what GetCapabilities declares is known to the contract, without repeats, and the same in every answer",
  async run(ctx) {
    const declared = await ctx.client.getCapabilities({}, { signal: ctx.signal });
    checkEqual(declared, ctx.capabilities, "a second answer");
    check(declared.platform !== "", "platform is empty");
    check(declared.providerVersion !== "", "provider_version is empty");
    check(declared.sources.length > 0, "sources is empty: nothing could be made");
    const lists: [string, readonly (string | number)[], readonly (string | number)[] | undefined][] = [
      ["services", declared.services, undefined],
      ["options", declared.options, undefined],
      ["disk_formats", declared.diskFormats, undefined],
      ["sources", declared.sources, sourceNames],
      ["power_operations", declared.powerOperations, valuesOf(PowerOperation)],
      ["live_changes", declared.liveChanges, valuesOf(Change)],
      ["restart_changes", declared.restartChanges, valuesOf(Change)],
      ["console_types", declared.consoleTypes, valuesOf(ConsoleType)],
      ["hardware_features", declared.hardwareFeatures, valuesOf(HardwareFeature)],
    ];
    for (const [field, values, known] of lists) {
      checkEqual(values.length, new Set(values).size, `how many different ${field} there are`);
      for (const value of values)
        check(value !== "" && (known?.includes(value) ?? true), `${field} has "${value}", which the contract does not know`);
    }
  },
};

/** A call of each optional service that changes nothing. */
const probes: Record<string, (ctx: RuleContext) => Promise<unknown>> = {
  SnapshotService: ({ client, signal }) =>
    client.listSnapshots(ListSnapshotsRequest.create({ virtualMachineId: "no-such-machine" }), { signal }),
  ImageService: ({ client, signal }) => client.listImages(ListImagesRequest.create({}), { signal }),
  DiskService: ({ client, signal }) => client.getDisk(GetDiskRequest.create({ id: "no-such-disk" }), { signal }),
  OfferService: ({ client, signal }) => client.listOffers(ListOffersRequest.create({ pageSize: 1 }), { signal }),
};

const servicesDeclared: Rule = {
  id: "services-declared",
  title: "every service that is declared answers",
  async run(ctx) {
    check(ctx.capabilities.services.includes("remuda.provider.v1.ProviderService"), "services lacks remuda.provider.v1.ProviderService");
    for (const [name, probe] of Object.entries(probes)) {
      if (!ctx.capabilities.services.includes(`remuda.provider.v1.${name}`)) continue;
      await probe(ctx).catch((error: unknown) => {
        if (!(error instanceof ProviderError) || error.reason !== "NOT_FOUND") throw error;
      });
    }
  },
};

const servicesUndeclared: Rule = {
  id: "services-undeclared",
  title: "a service that is not declared is not served: UNIMPLEMENTED",
  async run(ctx) {
    const undeclared = Object.entries(probes).filter(([name]) => !ctx.capabilities.services.includes(`remuda.provider.v1.${name}`));
    if (undeclared.length === 0) return skip("every service is declared");
    // The gRPC library answers, not the provider: without our ErrorInfo.
    for (const [name, probe] of undeclared) await checkFails(probe(ctx), "UNSUPPORTED", name);
  },
};

export const capabilityRules: Rule[] = [validate, platformIdentity, capabilities, servicesDeclared, servicesUndeclared];
