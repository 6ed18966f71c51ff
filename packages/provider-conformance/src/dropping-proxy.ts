import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";

/** Passes bytes on to the provider, until it is told to swallow what comes back. */
export interface DroppingProxy {
  address: string;
  /** For the channel: the names in the certificate are the provider's, not the proxy's. */
  channelOptions: Record<string, string>;
  dropReplies(): void;
  /** Breaks all connections. */
  close(): void;
}

export async function openDroppingProxy(address: string): Promise<DroppingProxy> {
  const { peer, authority } = parseAddress(address);
  const sockets = new Set<Socket>();
  let dropping = false;
  const server = createServer((incoming) => {
    const outgoing = connect(peer);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing);
    outgoing.on("data", (bytes) => {
      if (!dropping) incoming.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // Not a pipe: it listens on a port.
  return {
    address: `127.0.0.1:${port}`,
    channelOptions: { "grpc.default_authority": authority, "grpc.ssl_target_name_override": authority.replace(/:\d+$/, "") },
    dropReplies() {
      dropping = true;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A gRPC target as a socket's address: "host:port", "[::1]:port", "dns:host:port", "unix:/path". */
export function parseAddress(address: string): { peer: NetConnectOpts; authority: string } {
  const path = /^unix:(?:\/\/)?(\/.*)$/.exec(address)?.[1];
  if (path !== undefined) return { peer: { path }, authority: "localhost" };
  const authority = address.replace(/^(dns|ipv4|ipv6):(\/\/[^/]*\/)?/, "");
  const [, host, port] = /^(.*):(\d+)$/.exec(authority) ?? [];
  if (host === undefined || port === undefined) throw new Error(`not an address with a port: ${address}`);
  return { peer: { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) }, authority };
}
