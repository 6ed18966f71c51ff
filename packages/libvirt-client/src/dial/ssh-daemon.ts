import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { LibvirtError, toLibvirtError } from "../error";
import type { Target } from "../uri";
import { channelStream } from "./channel";

/** Reaches the daemon over an SSH connection: by its socket where sshd forwards those, else by libvirt's own virt-ssh-helper. */
export async function openDaemon(client: Client, target: Target, paths: readonly string[], signal: AbortSignal): Promise<Duplex> {
  const abort = () => client.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const { proxy = "auto" } = target.parameters;
    if (!["auto", "native", "netcat"].includes(proxy)) throw new LibvirtError("INVALID", `proxy=${proxy} is none of auto, native, netcat`);
    if (proxy === "native") return await runHelper(client, target);
    await settle(client);
    const failures: string[] = [];
    for (const path of paths) {
      try {
        return await forward(client, path);
      } catch (error) {
        failures.push(`${path}: ${error instanceof Error ? error.message : error}`);
        if (isProhibited(error)) break;
      }
    }
    if (proxy === "netcat") throw new LibvirtError("UNREACHABLE", `sshd forwards to no libvirt socket (${failures.join("; ")})`);
    return await runHelper(client, target, failures);
  } catch (error) {
    throw signal.aborted ? toLibvirtError(signal.reason, "ABORTED", "aborted while connecting") : error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

// What listens to a channel is attached in the callback that brings it: the next event may follow in the same packet.
const forward = (client: Client, path: string): Promise<Duplex> =>
  new Promise((resolve, reject) =>
    client.openssh_forwardOutStreamLocal(path, (error, channel) =>
      error ? reject(error) : resolve(channelStream(channel, () => undefined)),
    ),
  );

/** RFC 4254: reason 1 is "administratively prohibited"; every other socket would be, too. */
const isProhibited = (error: unknown): boolean => error instanceof Error && "reason" in error && error.reason === 1;

/** sshd turns Nagle's delay off only once a session was opened; without, pipelined calls wait 40 ms. */
const settle = (client: Client): Promise<void> =>
  new Promise((resolve) =>
    client.exec("true", (error, channel) => {
      // Where no command may be run, forwarding may still be allowed, only slower.
      if (error) return resolve();
      // Not awaited: the user's shell may take its time.
      channel.resume();
      channel.stderr.resume();
      resolve();
    }),
  );

/** virt-ssh-helper (libvirt 6.8 and later) finds the daemon's socket by itself, whatever mode= says, and passes bytes on. */
function runHelper(client: Client, { remoteName, parameters: { socket } }: Target, failures: readonly string[] = []): Promise<Duplex> {
  const before = failures.length > 0 ? `; before that: ${failures.join("; ")}` : "";
  if (socket !== undefined) {
    return Promise.reject(new LibvirtError("UNREACHABLE", `virt-ssh-helper takes no socket=${before}`));
  }
  return new Promise((resolve, reject) =>
    client.exec(`virt-ssh-helper ${quoted(remoteName)}`, (error, channel) => {
      if (error) return reject(toLibvirtError(error, "UNREACHABLE", `virt-ssh-helper can't be run over SSH${before}`));
      let said = "";
      let ended: LibvirtError | undefined;
      channel.stderr.on("data", (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-1000);
      });
      channel.once("exit", (code: number | null) => {
        if (code !== 0) ended = new LibvirtError("UNREACHABLE", `virt-ssh-helper ended with ${code}: ${said.trim()}${before}`);
      });
      resolve(channelStream(channel, () => ended));
    }),
  );
}

/** One word to a POSIX shell. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
