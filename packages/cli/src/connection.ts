import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config";
import { CliError } from "./exit-status";

const usualPort = 7700;
export const defaultServer = `127.0.0.1:${usualPort}`;

/** What the flags say about the connection. */
export interface ConnectionOptions {
  server?: string;
  tokenFile?: string;
  tlsCa?: string;
  insecure?: boolean;
  /** The manager's own certificate, where it is known; no flag. */
  tlsCert?: string;
}

/** Whom to call, and how. */
export interface Target {
  /** Such as "http://127.0.0.1:7700". */
  url: string;
  /** host:port, for messages. */
  address: string;
  token: string | undefined;
  /** PEM. */
  ca: Buffer | undefined;
  /** PEM: the one certificate that is trusted, whatever names are in it. */
  pinned?: Buffer;
  /** Where the simulator of the home listens that the manager was found by. */
  simAddress?: string;
}

/** What `remuda up` leaves for the other commands. */
export interface ConnectionFile {
  address: string;
  tokenFile?: string;
  /** The manager's certificate: it speaks TLS, and no other one is trusted. */
  tlsCert?: string;
  /** Where the home's simulator listens. */
  simAddress?: string;
}

export const connectionPath = (home: string) => join(home, "connection.json");

/** Flags, then the environment, then what `remuda up` wrote, then the usual address. */
export function resolveTarget(config: Config, options: ConnectionOptions): Target {
  const named = options.server ?? config.server;
  const left = named === undefined ? readConnectionFile(config.home) : undefined;
  const tlsCert = options.tlsCert ?? left?.tlsCert;
  const url = parseServer(named ?? left?.address ?? defaultServer, options.tlsCa !== undefined || tlsCert !== undefined);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !options.insecure) {
    throw new CliError("USAGE", `${url.host} is not this machine, and the connection would be plaintext`, {
      hint: `use https://${url.host} (with --tls-ca FILE for a private authority), or --insecure if the network is trusted`,
    });
  }
  const tokenFile = options.tokenFile ?? config.tokenFile ?? left?.tokenFile;
  return {
    url: url.origin,
    address: url.host,
    token: tokenFile === undefined ? undefined : readToken(tokenFile),
    ca: options.tlsCa === undefined ? undefined : read(options.tlsCa, "the certificate authority"),
    ...(tlsCert !== undefined && options.tlsCa === undefined && { pinned: read(tlsCert, "the manager's certificate") }),
    ...(left?.simAddress !== undefined && { simAddress: left.simAddress }),
  };
}

/** "host:port", "[ipv6]:port" or a URL without a path. A host alone has the usual port; a URL its scheme's. */
function parseServer(text: string, tls: boolean): URL {
  const wrong = new CliError("USAGE", `"${text}" is no server`, { hint: "write it like 127.0.0.1:7700 or https://remuda.example:7700" });
  let url: URL;
  try {
    const isHost = /^(?:[^[\]:/]+|\[[^\]]*\])$/.test(text);
    url = new URL(/^https?:\/\//.test(text) ? text : `${tls ? "https" : "http"}://${text}${isHost ? `:${usualPort}` : ""}`);
  } catch {
    throw wrong;
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") throw wrong;
  return url;
}

export const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);

function readConnectionFile(home: string): ConnectionFile | undefined {
  let text: string;
  try {
    text = readFileSync(connectionPath(home), "utf8");
  } catch {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "address" in value && typeof value.address === "string") {
      const text = (name: string) => {
        const found: unknown = Reflect.get(value, name);
        return typeof found === "string" ? found : undefined;
      };
      return { address: value.address, tokenFile: text("tokenFile"), tlsCert: text("tlsCert"), simAddress: text("simAddress") };
    }
  } catch {
    // Falls through: not JSON is as wrong as JSON of another shape.
  }
  throw new CliError("INVALID", `${connectionPath(home)} is damaged`, { hint: "delete it, or say --server ADDRESS" });
}

function readToken(path: string): string {
  const token = read(path, "the token").toString("utf8").trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError("INVALID", `${path} holds no token`, { hint: "it must be one line of printable characters" });
  }
  return token;
}

function read(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CliError("NOT_FOUND", `can't read ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
