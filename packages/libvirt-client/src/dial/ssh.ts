import { readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import { LibvirtError, toLibvirtError } from "../error";
import type { Target } from "../uri";
import { type HostKeyTrust, hostKeyCheck } from "./host-key";
import { openDaemon } from "./ssh-daemon";

export interface SshOptions {
  /** A private key; before keyfile= of the URI, which is before ~/.ssh's own. */
  privateKey?: string | Buffer;
  passphrase?: string;
  password?: string;
  /** The agent's socket: SSH_AUTH_SOCK of whoever calls. */
  agent?: string;
  /** How the host is known; before host_key= and known_hosts= of the URI, which are before ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
  hostKey?: HostKeyTrust;
}

const usualKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** Reaches the daemon's socket on another host. The SSH connection ends with the stream. */
export async function dialSsh(target: Target, paths: readonly string[], options: SshOptions, signal: AbortSignal): Promise<Duplex> {
  const host = target.host ?? "";
  const port = target.port ?? 22;
  const check = await hostKeyCheck(trustOf(target, options), host, port);
  let refused: LibvirtError | undefined;
  const client = await connected(
    {
      host,
      port,
      username: target.user ?? userInfo().username,
      ...(await credentials(target, options)),
      ...(check.algorithms ? { algorithms: { serverHostKey: check.algorithms } } : {}),
      hostVerifier: (key: Buffer) => {
        refused = check.refuses(key);
        return refused === undefined;
      },
      // How long one may take is up to whoever calls.
      readyTimeout: 0,
    },
    signal,
  ).catch((error) => {
    throw refused ?? asSshError(error, `${target.user ?? userInfo().username}@${host}:${port}`);
  });
  try {
    const stream = await openDaemon(client, target, paths, signal);
    client.once("error", (error) => stream.destroy(error));
    client.once("close", () => stream.destroy());
    stream.once("close", () => client.end());
    return stream;
  } catch (error) {
    client.end();
    throw error;
  }
}

function connected(config: ConnectConfig, signal: AbortSignal): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const abort = () => {
      client.destroy();
      reject(toLibvirtError(signal.reason, "ABORTED", "aborted while connecting"));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    client.once("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(error);
    });
    client.once("ready", () => {
      signal.removeEventListener("abort", abort);
      client.removeAllListeners("error");
      // Errors after this end the stream, which carries them; a client without a listener would end the process.
      client.on("error", () => undefined);
      client.setNoDelay(true);
      resolve(client);
    });
    client.connect(config);
  });
}

function trustOf({ parameters: { host_key, known_hosts } }: Target, { hostKey }: SshOptions): HostKeyTrust {
  if (hostKey) return hostKey;
  if (host_key !== undefined) return { fingerprint: host_key };
  if (known_hosts !== undefined) return { knownHosts: [known_hosts] };
  return { knownHosts: [join(homedir(), ".ssh/known_hosts"), "/etc/ssh/ssh_known_hosts"] };
}

/** What may be shown to prove who we are: all of it, or what sshauth= names. */
async function credentials(
  { password: inUri, parameters: { keyfile, sshauth } }: Target,
  options: SshOptions,
): Promise<Partial<ConnectConfig>> {
  const allowed = sshauth?.split(",") ?? ["privkey", "agent", "password", "keyboard-interactive"];
  const config: Partial<ConnectConfig> = {};
  const password = options.password ?? inUri;
  if (allowed.includes("privkey")) {
    const privateKey = options.privateKey ?? (keyfile !== undefined ? await readKey(keyfile) : await usualKey());
    if (privateKey !== undefined) Object.assign(config, { privateKey, passphrase: options.passphrase });
  }
  if (allowed.includes("agent") && options.agent !== undefined) config.agent = options.agent;
  if (allowed.includes("password") && password !== undefined) config.password = password;
  return config;
}

async function readKey(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LibvirtError("INVALID", `the key ${file} can't be read`, { cause });
  }
}

async function usualKey(): Promise<Buffer | undefined> {
  for (const name of usualKeys) {
    // One that isn't there, or isn't ours to read, is not the one to use.
    const key = await readFile(join(homedir(), ".ssh", name)).catch(() => undefined);
    if (key) return key;
  }
  return undefined;
}

function asSshError(error: unknown, who: string): LibvirtError {
  if (error instanceof LibvirtError) return error;
  const level = error instanceof Error && "level" in error ? error.level : undefined;
  if (level === "client-authentication") {
    return new LibvirtError("UNAUTHENTICATED", `${who}: sshd took none of the keys or passwords offered`, { cause: error });
  }
  if (error instanceof Error && /parse privateKey|passphrase/i.test(error.message)) {
    return new LibvirtError("UNAUTHENTICATED", `${who}: the private key can't be used: ${error.message}`, { cause: error });
  }
  return toLibvirtError(error, "UNREACHABLE", who);
}
