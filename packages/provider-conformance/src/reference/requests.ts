import {
  type CreateRequest,
  type FieldViolation,
  Firmware,
  type GetCapabilitiesResponse,
  HardwareFeature,
  invalidSpec,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const mac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;
const cidr = /^[0-9a-fA-F.:]+\/\d{1,3}$/;
const labelKey = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

type Check = [field: string, ok: boolean, description: string];

/** Throws INVALID_SPEC that names every check which is not met. */
export function demand(checks: readonly Check[]): void {
  const violations: FieldViolation[] = checks.filter(([, ok]) => !ok).map(([field, , description]) => ({ field, description }));
  if (violations.length > 0) throw invalidSpec(violations);
}

export const uidCheck = (uid: string): Check => ["uid", uuid.test(uid), "a UUID in lower case"];
export const required = (field: string, value: unknown): Check => [field, Boolean(value), "required"];

export function checkCreate({ uid, owner, spec }: CreateRequest, capabilities: GetCapabilitiesResponse): VirtualMachineSpec {
  demand([
    uidCheck(uid),
    ["owner", label.test(owner), "1 to 63 of [a-z0-9-]"],
    required("spec", spec),
    ...(spec ? specChecks(spec, capabilities) : []),
  ]);
  if (!spec) throw new ProviderError("INTERNAL", "not reached: a missing spec is refused");
  checkDeclared(spec, capabilities);
  return spec;
}

export function specChecks(spec: VirtualMachineSpec, { options }: GetCapabilitiesResponse): Check[] {
  const { hardware, source, disks, interfaces } = spec;
  const checks: Check[] = [
    ["spec.name", label.test(spec.name), "1 to 63 of [a-z0-9-]"],
    required("spec.source", source),
    ["spec.hardware", hardware !== undefined || source?.$case === "instanceType" || source?.$case === "offer", "required"],
    ["spec.market.max_price_per_hour", (spec.market?.maxPricePerHour ?? 0) >= 0, "0 or more"],
    ...Object.keys(spec.labels).map((key): Check => [`spec.labels.${key}`, labelKey.test(key), "a key of Kubernetes' form"]),
    ...Object.keys(spec.options ?? {}).map((key): Check => [`spec.options.${key}`, options.includes(key), "not an option"]),
  ];
  if (hardware) {
    const { cpus, coresPerSocket, memoryMib, secureBoot, firmware, gpus } = hardware;
    checks.push(
      ["spec.hardware.cpus", cpus > 0, "1 or more"],
      ["spec.hardware.memory_mib", memoryMib > 0, "1 or more"],
      ["spec.hardware.cores_per_socket", coresPerSocket === 0 || cpus % coresPerSocket === 0, "divides cpus"],
      ["spec.hardware.secure_boot", !secureBoot || firmware === Firmware.UEFI, "needs UEFI"],
      ...gpus.map(({ count }, i): Check => [`spec.hardware.gpus[${i}].count`, count > 0, "1 or more"]),
    );
  }
  for (const [i, { name, sizeGib }] of disks.entries()) {
    const first = disks.findIndex((other) => other.name === name) === i;
    checks.push([`spec.disks[${i}].name`, label.test(name) && first, "unique, 1 to 63 of [a-z0-9-]"]);
    checks.push([`spec.disks[${i}].size_gib`, sizeGib > 0, "1 or more"]);
  }
  for (const [i, { name, macAddress, vlan, addresses }] of interfaces.entries()) {
    const first = interfaces.findIndex((other) => other.name === name) === i;
    checks.push([`spec.interfaces[${i}].name`, label.test(name) && first, "unique, 1 to 63 of [a-z0-9-]"]);
    checks.push([`spec.interfaces[${i}].mac_address`, macAddress === "" || mac.test(macAddress), "six octets"]);
    checks.push([`spec.interfaces[${i}].vlan`, vlan <= 4094, "1 to 4094"]);
    checks.push(...addresses.map((address, j): Check => [`spec.interfaces[${i}].addresses[${j}]`, cidr.test(address), "CIDR"]));
  }
  return checks;
}

const fieldOfSource = { virtualMachine: "virtual_machine", instanceType: "instance_type" } as Record<string, string>;

/** UNSUPPORTED for what is well formed and was not declared. */
function checkDeclared(
  { source, hardware }: VirtualMachineSpec,
  { sources, linkedClones, hardwareFeatures }: GetCapabilitiesResponse,
): void {
  const kind = source?.$case ?? "";
  const features: [boolean | undefined, HardwareFeature][] = [
    [hardware?.firmware === Firmware.UEFI, HardwareFeature.UEFI],
    [hardware?.secureBoot, HardwareFeature.SECURE_BOOT],
    [hardware?.tpm, HardwareFeature.TPM],
    [hardware?.nestedVirtualization, HardwareFeature.NESTED_VIRTUALIZATION],
    [(hardware?.gpus.length ?? 0) > 0, HardwareFeature.GPUS],
  ];
  const linked = source?.$case === "virtualMachine" && source.value.linked;
  if (!sources.includes(fieldOfSource[kind] ?? kind)) throw new ProviderError("UNSUPPORTED", `source ${kind}`);
  if (linked && !linkedClones) throw new ProviderError("UNSUPPORTED", "linked clones");
  for (const [wanted, feature] of features) {
    if (wanted && !hardwareFeatures.includes(feature)) throw new ProviderError("UNSUPPORTED", `hardware feature ${feature}`);
  }
}

/** The items after the token, at most so many, and the token that goes on. */
export function page<T>(
  items: readonly T[],
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
): { items: T[]; nextPageToken: string } {
  const begin = pageToken === "" ? 0 : Number(/^after-(\d+)$/.exec(pageToken)?.[1] ?? Number.NaN);
  demand([
    ["page_token", Number.isInteger(begin), "not a token of this provider"],
    ["page_size", pageSize <= 1000, "at most 1000"],
  ]);
  const end = begin + (pageSize || 500);
  return { items: items.slice(begin, end), nextPageToken: end < items.length ? `after-${end}` : "" };
}
