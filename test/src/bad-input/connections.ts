import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";

/** Servers that are no manager, by what they are. */
export interface Strangers {
  web: string;
  ssh: string;
  silent: string;
  grpc: string;
  /** Nothing listens there. */
  closed: string;
  close(): Promise<void>;
}

export async function startStrangers(): Promise<Strangers> {
  const web = createHttp((_, response) => response.end("<html>It works!</html>"));
  const ssh = createServer((socket) => socket.on("error", () => {}).write("SSH-2.0-OpenSSH_9.9\r\n"));
  const silent = createServer((socket) => socket.on("error", () => {}).resume());
  const gone = createServer();
  const [webAddress, sshAddress, silentAddress, closed] = await Promise.all([web, ssh, silent, gone].map(listening));
  const grpc = new Server();
  const port = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const sockets = new Set<Socket>();
  for (const server of [ssh, silent]) server.on("connection", (socket) => sockets.add(socket));
  const close = (server: NetServer) => new Promise<void>((resolve) => server.close(() => resolve()));
  await close(gone);
  return {
    ...{ web: webAddress ?? "", ssh: sshAddress ?? "", silent: silentAddress ?? "", closed: closed ?? "", grpc: `127.0.0.1:${port}` },
    async close() {
      grpc.forceShutdown();
      web.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await Promise.all([web, ssh, silent].map(close));
    },
  };
}

const listening = (server: NetServer): Promise<string> =>
  new Promise((resolve, reject) => {
    server.on("error", reject);
    // An address is an object where the server listens on a port.
    server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
