import type { VirtualMachineSpec as PlatformSpec } from "@remuda/contract";
import {
  didYouMean,
  type ProviderResource,
  type VirtualMachine,
  type VMClass,
  type VMImage,
  type VMNetwork,
  type VMNetworkSpec,
} from "@remuda/resources";
import { type Connection, notReady } from "../provider/connection";
import { resourceKey } from "../resource-key";
import type { MachineContext } from "./context";
import { networkOn, platformSpec } from "./platform-spec";

/** `class`: the one that its hardware comes from. */
export interface Resolved {
  state: "resolved";
  spec(): PlatformSpec;
  references: string[];
  class: VMClass | undefined;
}

/** The machine as its provider is asked for it, or what stands in the way. */
export type Resolution = Resolved | { state: "unresolved"; reason: string; message: string; waitFor: string[]; retryAfterMs?: number };

// A secret is a file: nothing tells when it comes.
const secretRetryMs = 5_000;

/** Looks up everything that the machine refers to. */
export async function resolve(
  vm: VirtualMachine,
  provider: string,
  connection: Connection | undefined,
  context: MachineContext,
): Promise<Resolution> {
  const { store } = context;
  const { spec } = vm;
  const references = [resourceKey("Provider", provider)];
  const unresolved = (reason: string, message: string, retryAfterMs?: number): Resolution => ({
    state: "unresolved",
    reason,
    message,
    waitFor: references,
    retryAfterMs,
  });
  const missing = async (field: string, kind: string, name: string) => {
    // Only on the way to an error message.
    const { items } = await store.list(kind);
    const hint = didYouMean(
      name,
      items.map((r) => r.metadata.name),
    );
    return unresolved(`${kind}NotFound`, `${field}: no ${kind} named ${name}${hint}`);
  };
  // The store keeps each kind with its own schema.
  const find = async <T>(kind: string, name: string) => {
    references.push(resourceKey(kind, name));
    return (await store.get(kind, name)) as T | undefined;
  };

  const providerResource = (await store.get("Provider", provider)) as ProviderResource | undefined;
  if (!providerResource) return missing("spec.provider", "Provider", provider);
  const defaults = providerResource.spec.defaults;

  // What is there already has its hardware.
  const hasHardware = spec.hardware !== undefined || spec.source?.existing !== undefined;
  const className = spec.class ?? (hasHardware ? undefined : defaults?.class);
  const vmClass = className === undefined ? undefined : await find<VMClass>("VMClass", className);
  if (className !== undefined && !vmClass) return missing("spec.class", "VMClass", className);
  const { offer, instanceType, existing } = spec.source ?? {};
  if (!vmClass && !spec.hardware && (offer ?? instanceType ?? existing) === undefined) {
    return unresolved("HardwareMissing", `spec.class: give a class or hardware, or set spec.defaults.class of Provider ${provider}`);
  }

  const networks = new Map<string, VMNetworkSpec>();
  const defaultNetwork = spec.interfaces ? undefined : defaults?.network;
  const named = spec.interfaces?.map((nic, i) => ({ field: `spec.interfaces[${i}].network`, name: nic.network })) ?? [];
  if (defaultNetwork !== undefined) named.push({ field: `Provider ${provider} spec.defaults.network`, name: defaultNetwork });
  for (const { field, name } of named) {
    const network = await find<VMNetwork>("VMNetwork", name);
    if (!network) return missing(field, "VMNetwork", name);
    if (!networkOn(network.spec, provider)) {
      return unresolved("NetworkNotOnProvider", `${field}: VMNetwork ${name} does not say what it is on provider ${provider}`);
    }
    networks.set(name, network.spec);
  }

  let userData: string | undefined;
  const secret = spec.cloudInit?.userDataFrom;
  if (secret) {
    try {
      userData = (await context.readSecret(secret)).toString("utf8");
    } catch {
      const message = `spec.cloudInit.userDataFrom: can't read secret file ${secret.name}/${secret.key}; put it into the secrets folder`;
      return unresolved("SecretNotFound", message, secretRetryMs);
    }
  }

  let imageId: string | undefined;
  if (spec.image !== undefined) {
    const image = await find<VMImage>("VMImage", spec.image);
    if (!image) return missing("spec.image", "VMImage", spec.image);
    if (!connection?.ready) return unresolved("ProviderNotReady", `spec.provider: ${notReady(provider, connection)}`);
    const readiness = context.image(image, connection);
    if (readiness.state !== "ready") {
      return unresolved(readiness.state === "failed" ? "ImageFailed" : "ImageNotReady", `spec.image: ${readiness.message}`);
    }
    imageId = readiness.imageId;
  }
  const parts = { class: vmClass?.spec, imageId, networks, defaultNetwork, userData };
  return { state: "resolved", spec: () => platformSpec(vm, provider, parts), references, class: vmClass };
}
