import { BlockList, isIP } from "node:net";

/** The options, or the machine, do not let the provider start; the message says what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

export const isUnix = (listen: string): boolean => listen.startsWith("unix:");

/** The parts of "host:port" or "[v6]:port". */
export function splitListen(listen: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new StartError(`cannot listen on "${listen}": give host:port, such as 127.0.0.1:7710, or unix:/path`);
  }
  return { host, port };
}

/** Whether only this machine can reach it. */
export function isLocal(listen: string): boolean {
  if (isUnix(listen)) return true;
  const { host } = splitListen(listen);
  if (isIP(host) === 0) return host === "localhost";
  return loopback.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/** Why listening failed, and what to do. */
export function listenProblem(listen: string, code: string, cause: unknown): StartError {
  const words: Record<string, string> = {
    EADDRINUSE: "the address is in use by another process; end that one, or choose another address",
    EACCES: "not allowed; choose a port from 1024 or give the process the right",
    EADDRNOTAVAIL: "this machine does not have that address",
    ENOTFOUND: "that name has no address",
  };
  return new StartError(`cannot listen on ${listen}: ${words[code] ?? (cause instanceof Error ? cause.message : code)}`, { cause });
}
