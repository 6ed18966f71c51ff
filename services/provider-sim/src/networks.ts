import { type FieldViolation, invalidSpec, type NetworkInterface, ProviderError } from "@remuda/contract";
import type { NicRecord } from "./records";

export interface NetworkConfig {
  name: string;
  /** IPv4, such as "10.77.0.0/16". The first address is the gateway's; DHCP gives the others. */
  cidr: string;
}

export interface NetworkState extends NetworkConfig {
  addresses: number;
  leased: number;
}

/** Networks, the addresses that are in use on them, and MAC addresses. */
export interface Networks {
  /** What new interfaces get; nothing is in use before `take`. `held`: interfaces whose addresses may be taken over. */
  plan(interfaces: readonly NetworkInterface[], held?: readonly NicRecord[]): NicRecord[];
  take(nics: readonly NicRecord[]): void;
  give(nics: readonly NicRecord[]): void;
  list(): NetworkState[];
}

interface Pool {
  config: NetworkConfig;
  first: number;
  size: number;
  cursor: number;
  used: Map<string, number>;
}

/** The interface of a machine that names none. */
export const defaultInterface = "eth0";

export function createNetworks(configs: readonly NetworkConfig[]): Networks {
  const pools = new Map<string, Pool>(
    configs.map((config) => [config.name, { config, ...range(config.cidr), cursor: 0, used: new Map() }]),
  );
  const [defaultNetwork = ""] = pools.keys();
  const macs = new Map<string, number>();
  let macCursor = 0;

  const freeAddress = (pool: Pool, planned: ReadonlySet<string>): string => {
    if (pool.used.size < pool.size) {
      for (let tried = 0; tried < pool.size; tried++) {
        const address = text(pool.first + pool.cursor);
        pool.cursor = (pool.cursor + 1) % pool.size;
        if (!pool.used.has(address) && !planned.has(address)) return address;
      }
    }
    throw new ProviderError(
      "NO_CAPACITY",
      `network ${pool.config.name} has no free address: all ${pool.size} of ${pool.config.cidr} are leased`,
    );
  };

  const freeMac = (planned: ReadonlySet<string>): string => {
    for (;;) {
      macCursor = (macCursor + 1) % 2 ** 24;
      const mac = `52:54:00:${[16, 8, 0].map((shift) => ((macCursor >> shift) & 0xff).toString(16).padStart(2, "0")).join(":")}`;
      if (!macs.has(mac) && !planned.has(mac)) return mac;
    }
  };

  const count = (nics: readonly NicRecord[], step: 1 | -1) => {
    for (const nic of nics) {
      bump(macs, nic.macAddress, step);
      const used = pools.get(nic.network)?.used;
      if (!used) continue;
      if (nic.lease !== undefined) bump(used, nic.lease, step);
      for (const address of nic.addresses) bump(used, withoutPrefix(address), step);
    }
  };

  return {
    plan(interfaces, held = []) {
      const wanted = interfaces.length > 0 ? interfaces : [{ ...noInterface, name: defaultInterface }];
      const violations: FieldViolation[] = [];
      const planned = new Set<string>();
      const own = new Set(held.flatMap((nic) => [nic.macAddress, ...nic.addresses.map(withoutPrefix)]));
      const inUse = (what: string, used: boolean) => {
        if (used && !own.has(what)) throw new ProviderError("CONFLICT", `${what} is in use by another machine`);
      };
      const nics = wanted.map((asked, index): NicRecord | undefined => {
        const name = asked.network || defaultNetwork;
        const pool = pools.get(name);
        if (!pool) {
          violations.push({
            field: `spec.interfaces[${index}].network`,
            description: `no such network: "${name}"; there are ${[...pools.keys()].join(", ")}`,
          });
          return undefined;
        }
        if (asked.macAddress) inUse(asked.macAddress, macs.has(asked.macAddress) || planned.has(asked.macAddress));
        for (const address of asked.addresses) inUse(withoutPrefix(address), pool.used.has(withoutPrefix(address)));
        const lease = asked.addresses.length > 0 ? undefined : freeAddress(pool, planned);
        const macAddress = asked.macAddress || freeMac(planned);
        planned.add(macAddress);
        if (lease !== undefined) planned.add(lease);
        return {
          name: asked.name,
          network: name,
          macAddress,
          model: asked.model || "virtio",
          vlan: asked.vlan,
          lease,
          addresses: asked.addresses,
        };
      });
      if (violations.length > 0) throw invalidSpec(violations);
      return nics.filter((nic) => nic !== undefined);
    },
    take: (nics) => count(nics, 1),
    give: (nics) => count(nics, -1),
    list: () => [...pools.values()].map(({ config, size, used }) => ({ ...config, addresses: size, leased: used.size })),
  };
}

export const withoutPrefix = (cidr: string): string => cidr.split("/")[0] ?? cidr;

const noInterface = { name: "", network: "", macAddress: "", model: "", vlan: 0, addresses: [], gateway: "", nameservers: [] };

function bump(counts: Map<string, number>, key: string, step: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + step;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

/** Without the network's own address, the gateway's and the broadcast address. */
function range(cidr: string): { first: number; size: number } {
  const [base = "", prefix = "24"] = cidr.split("/");
  const bits = 32 - Number(prefix);
  const start = base.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first: Math.floor(start / 2 ** bits) * 2 ** bits + 2, size: Math.max(0, 2 ** bits - 3) };
}

const text = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
