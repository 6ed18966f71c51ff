import type { KindName } from "./kinds";
import type { ProviderSpec } from "./provider";
import type { VirtualMachineSpec } from "./virtual-machine";
import type { VMImageSpec } from "./vm-image";
import type { VMNetworkSpec } from "./vm-network";

/** A resource that another one names. */
export interface Reference {
  kind: KindName;
  name: string;
  /** Where it is named, such as "spec.interfaces[0].network". */
  path: string;
}

/** A secret's key that a resource names. */
export interface SecretReference {
  name: string;
  key: string;
  path: string;
}

type Specs = {
  Provider: ProviderSpec;
  VirtualMachine: VirtualMachineSpec;
  VMImage: VMImageSpec;
  VMNetwork: VMNetworkSpec;
  VMClass: unknown;
};

const referencesOf: { [K in KindName]: (spec: Specs[K]) => (Reference | undefined)[] } = {
  Provider: ({ defaults }) => [
    reference("VMClass", defaults?.class, "spec.defaults.class"),
    reference("VMNetwork", defaults?.network, "spec.defaults.network"),
  ],
  VirtualMachine: ({ provider, class: vmClass, image, interfaces = [] }) => [
    reference("Provider", provider, "spec.provider"),
    reference("VMClass", vmClass, "spec.class"),
    reference("VMImage", image, "spec.image"),
    ...interfaces.map(({ network }, i) => reference("VMNetwork", network, `spec.interfaces[${i}].network`)),
  ],
  VMClass: () => [],
  VMImage: ({ providers = [] }) => providers.map(({ provider }, i) => reference("Provider", provider, `spec.providers[${i}].provider`)),
  VMNetwork: ({ providers = [] }) => providers.map(({ provider }, i) => reference("Provider", provider, `spec.providers[${i}].provider`)),
};

/** All resources that this one names. It has been through parseResource. */
export function references(resource: { kind: string; spec: unknown }): Reference[] {
  // Each kind's own entry gets each kind's own spec: parseResource saw to that.
  const find = (referencesOf as Record<string, ((spec: never) => (Reference | undefined)[]) | undefined>)[resource.kind];
  return (find?.(resource.spec as never) ?? []).filter((r) => r !== undefined);
}

/** All keys of secrets that this one names. It has been through parseResource. */
export function secretReferences(resource: { kind: string; spec: unknown }): SecretReference[] {
  if (resource.kind === "VirtualMachine") {
    const { cloudInit } = resource.spec as VirtualMachineSpec;
    return cloudInit?.userDataFrom ? [{ ...cloudInit.userDataFrom, path: "spec.cloudInit.userDataFrom" }] : [];
  }
  if (resource.kind !== "Provider") return [];
  const { tls = {} } = resource.spec as ProviderSpec;
  return (["ca", "certificate", "key"] as const).flatMap((field) => {
    const ref = tls[field];
    return ref ? [{ ...ref, path: `spec.tls.${field}` }] : [];
  });
}

const reference = (kind: KindName, name: string | undefined, path: string): Reference | undefined =>
  name === undefined ? undefined : { kind, name, path };
