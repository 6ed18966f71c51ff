import { ProviderError } from "@remuda/contract";
import { type ConnectOptions, connect, isRefusal, type Libvirt, type StoragePool } from "@remuda/libvirt-client";
import { find, findAll, parseXml, textAt } from "./xml";

/** What is constant while we are connected. */
export interface HostFacts {
  /** Such as "QEMU", "TEST". */
  driver: string;
  libvirtVersion: string;
  hostname: string;
  /** The host's own UUID; its name where libvirt doesn't tell one. */
  uuid: string;
  arch: string;
  /** "kvm", "qemu" or "test". */
  virtType: string;
  maxCpus: number;
  cpus: number;
  memoryMib: number;
  uefi: boolean;
  secureBoot: boolean;
  tpm: boolean;
}

/** A storage pool whose volumes are files or devices with a path. */
export interface Pool {
  pool: StoragePool;
  /** The folder of its volumes. */
  folder: string;
  type: string;
  availableBytes: number;
}

/** One libvirt daemon. */
export interface Host {
  readonly name: string;
  readonly facts: HostFacts;
  readonly virt: Libvirt;
  /** A connection of its own for long transfers. */
  bulk(): Promise<Libvirt>;
  /** NOT_FOUND in words where there is no such pool, CONFLICT where it doesn't run. */
  pool(name: string, signal?: AbortSignal): Promise<Pool>;
  close(): Promise<void>;
}

const filePools = new Set(["dir", "fs", "netfs", "logical", "disk"]);

export async function openHost(uri: string, virtType: string | undefined, options: ConnectOptions = {}): Promise<Host> {
  const virt = await connect(uri, options);
  try {
    const facts = await readFacts(virt, virtType);
    let transfers: Promise<Libvirt> | undefined;
    return {
      name: facts.hostname,
      facts,
      virt,
      bulk() {
        const { signal: _, ...rest } = options;
        transfers ??= connect(uri, rest).catch((error: unknown) => {
          transfers = undefined;
          throw error;
        });
        return transfers;
      },
      pool: (name, signal) => openPool(virt, facts, name, signal),
      async close() {
        await virt.close();
        await transfers?.then((open) => open.close());
      },
    };
  } catch (error) {
    await virt.close();
    throw error;
  }
}

async function readFacts(virt: Libvirt, wanted: string | undefined): Promise<HostFacts> {
  const [{ type: driver }, { libVer }, { hostname }, node, { capabilities: text }] = await Promise.all([
    virt.call("connectGetType", {}),
    virt.call("connectGetLibVersion", {}),
    virt.call("connectGetHostname", {}),
    virt.call("nodeGetInfo", {}),
    virt.call("connectGetCapabilities", {}),
  ]);
  const capabilities = parseXml(text);
  const arch = driver === "QEMU" ? textAt(capabilities, "host", "cpu", "arch") : "i686";
  const guest = findAll(capabilities, "guest").find(
    (each) => find(each, "arch")?.attributes.name === arch && textAt(each, "os_type") === "hvm",
  );
  const offered = findAll(guest, "arch", "domain").map(({ attributes }) => attributes.type ?? "");
  const virtType = wanted ?? (offered.includes("kvm") ? "kvm" : (offered[0] ?? driver.toLowerCase()));
  const number = Number(libVer);
  const version = [Math.floor(number / 1e6), Math.floor(number / 1000) % 1000, number % 1000].join(".");
  return {
    driver,
    libvirtVersion: version,
    hostname,
    uuid: textAt(capabilities, "host", "uuid") || hostname,
    arch,
    virtType,
    cpus: node.cpus,
    memoryMib: Math.floor(Number(node.memory) / 1024),
    ...(await readDomainCapabilities(virt, driver, arch, virtType)),
  };
}

async function readDomainCapabilities(virt: Libvirt, driver: string, arch: string, virttype: string) {
  const none = {
    maxCpus: (await virt.call("connectGetMaxVcpus", { type: virttype })).maxVcpus,
    uefi: false,
    secureBoot: false,
    tpm: false,
  };
  if (driver !== "QEMU") return none;
  const machine = machineType(arch);
  const { capabilities } = await virt.call("connectGetDomainCapabilities", { emulatorbin: null, arch, machine, virttype, flags: 0 });
  const domain = parseXml(capabilities);
  const values = (name: string, ...path: string[]): string[] =>
    findAll(domain, ...path)
      .filter(({ attributes }) => attributes.name === name)
      .flatMap((each) => findAll(each, "value").map(({ text }) => text));
  const uefi = values("firmware", "os", "enum").includes("efi");
  return {
    maxCpus: Number(find(domain, "vcpu")?.attributes.max ?? none.maxCpus),
    uefi,
    secureBoot: uefi && values("secure", "os", "loader", "enum").includes("yes"),
    // Without a program that plays it the host names no version.
    tpm:
      values("backendModel", "devices", "tpm", "enum").includes("emulator") &&
      values("backendVersion", "devices", "tpm", "enum").includes("2.0"),
  };
}

export const machineType = (arch: string): string | null => (arch === "x86_64" ? "q35" : arch === "aarch64" ? "virt" : null);

async function openPool(virt: Libvirt, { hostname }: HostFacts, name: string, signal: AbortSignal | undefined): Promise<Pool> {
  const { pool } = await virt.call("storagePoolLookupByName", { name }, { signal }).catch((error: unknown) => {
    if (isRefusal(error, "NO_STORAGE_POOL"))
      throw new ProviderError("NOT_FOUND", `${hostname} has no storage pool "${name}"`, { cause: error });
    throw error;
  });
  const [{ state, available }, { xml }] = await Promise.all([
    virt.call("storagePoolGetInfo", { pool }, { signal }),
    virt.call("storagePoolGetXmlDesc", { pool, flags: 0 }, { signal }),
  ]);
  if (state !== 2) throw new ProviderError("CONFLICT", `the storage pool "${name}" of ${hostname} is not started`);
  const root = parseXml(xml);
  const type = root.attributes.type ?? "";
  if (!filePools.has(type))
    throw new ProviderError(
      "UNSUPPORTED",
      `the storage pool "${name}" of ${hostname} is of type ${type}; supported: ${[...filePools].join(", ")}`,
    );
  return { pool, folder: textAt(root, "target", "path"), type, availableBytes: Number(available) };
}
