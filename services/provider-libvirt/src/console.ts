import { ConsoleType, ProviderError } from "@remuda/contract";
import type { ConsoleSession, MachineKey } from "@remuda/provider-kit";
import type { Seen } from "./inventory";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { findAll, parseXml } from "./xml";

/** Consoles of running machines: their serial line as bytes, or where their screen is served on the host. */
export function createConsole({ machines }: Platform) {
  return async function open(key: MachineKey, type: ConsoleType, signal: AbortSignal): Promise<ConsoleSession> {
    const seen = await machines.own(key, signal);
    if (!isActive(seen.stats)) throw new ProviderError("CONFLICT", `${seen.known.uuid} does not run`);
    if (type === ConsoleType.SERIAL) return serial(seen, signal);
    return { address: await screen(seen, type === ConsoleType.VNC ? "vnc" : "spice", signal) };
  };
}

async function serial({ host, dom }: Seen, signal: AbortSignal): Promise<ConsoleSession> {
  // On the connection for transfers: one that nobody reads would stop every other call.
  const virt = await host.bulk();
  const stream = await virt.openDuplex("domainOpenConsole", { dom, devName: null, flags: 0 }, { signal });
  let closed = false;
  async function* output(): AsyncIterable<Uint8Array> {
    try {
      yield* stream;
    } catch (error) {
      // Whoever closed it before its end has seen what was wanted.
      if (!closed) throw error;
    }
  }
  return {
    output: output(),
    write: (bytes) => void stream.write(bytes),
    close() {
      closed = true;
      stream.destroy();
    },
  };
}

async function screen({ host, dom, known }: Seen, kind: "vnc" | "spice", signal: AbortSignal) {
  const { xml } = await host.virt.call("domainGetXmlDesc", { dom, flags: 0 }, { signal });
  const graphics = findAll(parseXml(xml), "devices", "graphics").find(({ attributes }) => attributes.type === kind);
  const { port = "-1", listen = "127.0.0.1" } = graphics?.attributes ?? {};
  if (port === "-1") throw new ProviderError("UNSUPPORTED", `${known.uuid} has no screen of type ${kind}`);
  return { url: `${kind}://${listen}:${port}`, password: "", expireTime: undefined };
}
