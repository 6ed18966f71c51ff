import { isRefusal, LibvirtError } from "@remuda/libvirt-client";
import type { Clock } from "@remuda/provider-kit";
import { z } from "zod";
import { addressSource } from "./flags";
import type { Host } from "./host";
import type { Seen } from "./inventory";
import { type GuestView, noGuest } from "./machine-view";
import { isActive } from "./stats";

/** What an agent said is asked for again after so long. */
const freshMs = 20_000;
const agentDeadlineMs = 3_000;
const names = z.object({ return: z.record(z.string(), z.unknown()) });

interface Told {
  view: GuestView;
  at: number;
}

/** What is known of guests: from their agents where they run, else from leases, else from the host's ARP table. */
export function createGuests(clock: Clock) {
  const agents = new Map<string, Told>();

  async function leases({ virt }: Host, networks: ReadonlySet<string>, signal: AbortSignal): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for (const name of networks) {
      if (name === "" || name.startsWith("bridge:")) continue;
      try {
        const { net } = await virt.call("networkLookupByName", { name }, { signal });
        const answer = await virt.call("networkGetDhcpLeases", { net, mac: null, needResults: 1, flags: 0 }, { signal });
        for (const { mac, ipaddr } of answer.leases) {
          const key = (mac ?? "").toLowerCase();
          found.set(key, [...(found.get(key) ?? []), ipaddr]);
        }
      } catch (error) {
        // A network that is gone, or that someone else gives addresses in, has no leases.
        if (!isRefusal(error, "NO_NETWORK", "OPERATION_INVALID", "NO_SUPPORT", "OPERATION_UNSUPPORTED")) throw error;
      }
    }
    return found;
  }

  async function addressesBy({ host, dom }: Seen, source: number, signal: AbortSignal): Promise<Map<string, string[]>> {
    const { ifaces } = await host.virt.call("domainInterfaceAddresses", { dom, source, flags: 0 }, { signal, deadlineMs: agentDeadlineMs });
    return new Map(ifaces.map(({ hwaddr, addrs }) => [(hwaddr ?? "").toLowerCase(), addrs.map(({ addr }) => addr)]));
  }

  async function askAgent(seen: Seen, signal: AbortSignal): Promise<GuestView | undefined> {
    const before = agents.get(seen.known.uuid);
    if (!seen.agent) {
      agents.delete(seen.known.uuid);
      return undefined;
    }
    if (before && clock.now() - before.at < freshMs) return before.view;
    try {
      const [addresses, hostname, os] = await Promise.all([
        addressesBy(seen, addressSource.agent, signal),
        command(seen, "guest-get-host-name", signal),
        command(seen, "guest-get-osinfo", signal),
      ]);
      const view = {
        addresses,
        hostname: text(hostname["host-name"]),
        operatingSystem: text(os["pretty-name"]) || text(os["kernel-release"]),
      };
      agents.set(seen.known.uuid, { view, at: clock.now() });
      return view;
    } catch (error) {
      // An agent that doesn't answer says nothing; what it said before may still hold.
      if (error instanceof LibvirtError && (error.reason === "REFUSED" || error.reason === "TIMEOUT")) return before?.view;
      throw error;
    }
  }

  async function command({ host, dom }: Seen, name: string, signal: AbortSignal): Promise<Record<string, unknown>> {
    const cmd = JSON.stringify({ execute: name });
    try {
      const { result } = await host.virt.call(
        "qemuDomainAgentCommand",
        { dom, cmd, timeout: 2, flags: 0 },
        { signal, deadlineMs: agentDeadlineMs },
      );
      return names.parse(JSON.parse(result ?? "{}")).return;
    } catch (error) {
      // Not every agent knows every question.
      if (isRefusal(error, "INTERNAL_ERROR", "OPERATION_UNSUPPORTED") || error instanceof z.ZodError) return {};
      throw error;
    }
  }

  return {
    /** Of the machines of one host: a call for each network, and one for each agent that wasn't asked lately. */
    async of(host: Host, machines: readonly Seen[], signal: AbortSignal): Promise<Map<string, GuestView>> {
      const active = machines.filter(({ stats }) => isActive(stats));
      if (host.facts.driver !== "QEMU" || active.length === 0) return new Map();
      const networks = new Set(active.flatMap(({ known }) => known.interfaces.map(({ network }) => network)));
      const [byLease, answers] = await Promise.all([
        leases(host, networks, signal),
        Promise.all(active.map(async (seen) => [seen, await askAgent(seen, signal)] as const)),
      ]);
      return new Map(
        answers.map(([{ known }, agent]) => [
          known.uuid,
          merged(
            known.interfaces.map(({ mac }) => mac),
            agent,
            byLease,
          ),
        ]),
      );
    },
    /** Of one machine, where nothing else tells also by what the host's network has seen. */
    async ofOne(seen: Seen, signal: AbortSignal): Promise<GuestView> {
      const view = (await this.of(seen.host, [seen], signal)).get(seen.known.uuid);
      if (!view) return noGuest;
      const silent = seen.known.interfaces.filter(({ mac }) => !view.addresses.has(mac));
      if (silent.length === 0) return view;
      const arp = await addressesBy(seen, addressSource.arp, signal).catch((error: unknown) => {
        if (error instanceof LibvirtError && error.reason === "REFUSED") return new Map<string, string[]>();
        throw error;
      });
      return { ...view, addresses: new Map([...arp, ...view.addresses]) };
    },
  };
}

export type Guests = ReturnType<typeof createGuests>;

function merged(macs: readonly string[], agent: GuestView | undefined, byLease: ReadonlyMap<string, string[]>): GuestView {
  const addresses = new Map<string, readonly string[]>();
  for (const mac of macs) {
    const told = agent?.addresses.get(mac) ?? byLease.get(mac);
    if (told && told.length > 0) addresses.set(mac, told);
  }
  return { addresses, hostname: agent?.hostname ?? "", operatingSystem: agent?.operatingSystem ?? "" };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
