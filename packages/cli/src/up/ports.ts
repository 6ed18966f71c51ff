import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../exit-status";

/** host and port of "127.0.0.1:7700" or "[::1]:7700". */
function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535)
    throw new CliError("USAGE", `"${address}" is no address`, { hint: "write it like 127.0.0.1:7700" });
  return { host, port };
}

/** The address under which this machine itself reaches what listens there. */
export const reachable = (address: string): string => address.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");

/** The address with a port that is free; port 0 becomes one of the system's choice. RUNNING if it is taken. */
export function freeAddress(address: string, what: string, flag: string): Promise<string> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      const message = taken
        ? `${address} is taken: something else listens where the ${what} should`
        : `the ${what} can't listen at ${address}: ${cause.message}`;
      reject(
        new CliError(taken ? "RUNNING" : "ERROR", message, { hint: `stop that, or choose another address with ${flag} HOST:PORT`, cause }),
      );
    });
    server.listen({ host, port, exclusive: true }, () => {
      const bound = server.address();
      const chosen = typeof bound === "object" && bound !== null ? bound.port : port;
      server.close(() => resolve(`${host.includes(":") ? `[${host}]` : host}:${chosen}`));
    });
  });
}

/** Until something accepts connections there. */
export async function untilListening(address: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await accepts(address)) return;
    await sleep(25, undefined, { signal }).catch(() => undefined);
  }
}

function accepts(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(splitAddress(reachable(address)));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}
