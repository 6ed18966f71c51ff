import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../exit-status";
import { homeBehind } from "./holder";

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

/** The address with a port that is free; port 0 becomes one of the system's choice. RUNNING if it is taken: by whom, and what to choose instead. */
export async function freeAddress(address: string, what: string, flag: string): Promise<string> {
  const { host, port } = splitAddress(address);
  const bound = await tryListening(host, port);
  if (typeof bound === "number") return joinAddress(host, bound);
  if (bound.code !== "EADDRINUSE") {
    throw new CliError("ERROR", `the ${what} can't listen at ${address}: ${bound.message}`, {
      hint: `choose another address with ${flag} HOST:PORT`,
      cause: bound,
    });
  }
  const home = homeBehind(address);
  const holder = home === undefined ? "something else listens" : `the \`remuda up\` of another home, ${home}, listens`;
  const free = await nextFree(host, port);
  const such = free === undefined ? "" : `, such as ${flag} ${joinAddress(host, free)}`;
  throw new CliError("RUNNING", `${address} is taken: ${holder} where the ${what} should`, {
    hint: `stop that, or choose another address with ${flag} HOST:PORT${such}`,
    cause: bound,
  });
}

const joinAddress = (host: string, port: number) => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** The port, or why not. */
function tryListening(host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : port));
    });
  });
}

async function nextFree(host: string, taken: number): Promise<number | undefined> {
  for (let port = taken + 1; port <= Math.min(taken + 20, 65_535); port++)
    if (typeof (await tryListening(host, port)) === "number") return port;
  return undefined;
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
