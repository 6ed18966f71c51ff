import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestDaemon } from "./daemon";
import { until } from "./until";

const exec = promisify(execFile);

/** An sshd on 127.0.0.1 that sees the test daemon's sockets where a host has its libvirt's. Its user is whoever runs the test. */
export interface TestSshd {
  readonly port: number;
  /** The private key that it lets in. */
  readonly keyfile: string;
  /** A known_hosts file with its host key. */
  readonly knownHosts: string;
  /** "SHA256:…" of its host key. */
  readonly fingerprint: string;
  /** qemu+ssh://…/system with the key and the known hosts. */
  readonly uri: string;
  /** Ends every connection through it, as a broken network would; new ones are taken. */
  dropConnections(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestSshdOptions {
  /** Whether it forwards to sockets; without, only virt-ssh-helper is left. */
  forwarding: boolean;
}

export async function startSshd(daemon: TestDaemon, { forwarding }: TestSshdOptions): Promise<TestSshd> {
  const port = await freePort();
  const folder = join(daemon.folder, `sshd-${port}`);
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const hostKey = join(folder, "host_key");
  const keyfile = join(folder, "user_key");
  for (const key of [hostKey, keyfile]) await exec("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${keyfile}.pub`,
    `PidFile ${join(folder, "pid")}`,
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "UsePAM no",
    "StrictModes no",
    `AllowTcpForwarding ${forwarding ? "yes" : "no"}`,
    `AllowStreamLocalForwarding ${forwarding ? "yes" : "no"}`,
  ];
  const configuration = join(folder, "sshd_config");
  await writeFile(configuration, `${lines.join("\n")}\n`);
  const [type, key] = (await readFile(`${hostKey}.pub`, "utf8")).split(" ");
  const knownHosts = join(folder, "known_hosts");
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${type} ${key}\n`);
  const { stdout } = await exec("ssh-keygen", ["-l", "-f", `${hostKey}.pub`]);

  // With an empty home: what a user's shell does when it starts may take any time.
  const script = `mount --bind ${home} ${userInfo().homedir} && exec /usr/sbin/sshd -D -f ${configuration}`;
  const sshd = daemon.spawn(["unshare", "--mount", "sh", "-c", script], { network: "outside" });
  await until("sshd listens", () => answers(port));

  const processes = async () => (await daemon.processes()).filter(({ command }) => command[0]?.startsWith("sshd"));
  return {
    port,
    keyfile,
    knownHosts,
    fingerprint: stdout.split(" ")[1] ?? "",
    uri: `qemu+ssh://${userInfo().username}@127.0.0.1:${port}/system?keyfile=${keyfile}&known_hosts=${knownHosts}`,
    async dropConnections() {
      for (const { pid, command } of await processes()) if (!command[0]?.includes("listener")) endProcess(pid);
    },
    async stop() {
      if (sshd.exitCode !== null || sshd.signalCode !== null) return;
      const ended = once(sshd, "exit");
      for (const { pid, command } of await processes())
        if (command[0]?.includes(configuration) || !command[0]?.includes("listener")) endProcess(pid);
      await ended;
    },
  };
}

/** It may have ended by itself meanwhile. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "data");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
