import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TestDaemon } from "./daemon";
import { until } from "./until";

/** Passes a port of the test daemon's own network on to a free one on 127.0.0.1. */
export async function forwardPort(daemon: TestDaemon, inside: number): Promise<{ port: number; close(): Promise<void> }> {
  const path = join(daemon.folder, `port-${inside}`);
  // Sockets with a path cross network namespaces, ports don't.
  const program = `const net = require("node:net");
    net.createServer((from) => {
      const to = net.connect(${inside}, "127.0.0.1");
      from.pipe(to).pipe(from);
      for (const [a, b] of [[from, to], [to, from]]) a.on("error", () => b.destroy());
    }).listen(${JSON.stringify(path)});`;
  daemon.spawn([process.execPath, "-e", program]);
  await until("the forwarder listens", async () => {
    const socket = createConnection({ path });
    const connected = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return connected;
  });
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = createConnection({ path });
    from.pipe(to).pipe(from);
    for (const [one, other] of [[from, to] as const, [to, from] as const]) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
