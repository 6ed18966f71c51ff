import { rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Server, ServerCredentials } from "@grpc/grpc-js";
import { isUnix, listenProblem, splitListen } from "./address";

/** Listens; answers the address with the port that it really got. Rejects with StartError. */
export async function bindServer(server: Server, listen: string, credentials: ServerCredentials): Promise<string> {
  if (isUnix(listen)) await removeStaleSocket(listen.slice("unix:".length));
  else splitListen(listen);
  return new Promise((resolve, reject) => {
    server.bindAsync(listen, credentials, (error, port) => {
      // grpc-js tells the system's code only within its message.
      if (error) reject(listenProblem(listen, /\bE[A-Z]{4,}\b/.exec(error.message)?.[0] ?? "", error));
      else resolve(isUnix(listen) ? listen : listen.replace(/:\d+$/, `:${port}`));
    });
  });
}

/** A process that was killed leaves its socket's file behind, and nobody listens there. */
function removeStaleSocket(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") rm(path, { force: true }).then(resolve, reject);
      else resolve();
    });
  });
}
