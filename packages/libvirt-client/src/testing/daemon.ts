import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until";

const exec = promisify(execFile);

/** A process of the daemon's own world, by the id that it has outside. */
export interface DaemonProcess {
  pid: number;
  command: string[];
}

/**
 * A libvirtd of a test's own: in mount, network and process namespaces of its own, with its own configuration, sockets, network and
 * pool. The machine's own libvirt is neither needed nor touched. Whatever runs inside ends with stop(), or with the test's process.
 */
export interface TestDaemon {
  readonly folder: string;
  /** The socket, as it is reached from outside. */
  readonly socket: string;
  /** qemu:///system on it. */
  readonly uri: string;
  /** The folder of the pool "default". */
  readonly pool: string;
  /** Runs virsh on it, from outside, and answers what it printed. */
  virsh(...args: string[]): Promise<string>;
  /** libvirtd's process id, seen from outside. */
  pid(): Promise<number>;
  /** Everything that runs inside: libvirtd, QEMU, dnsmasq … */
  processes(): Promise<DaemonProcess[]>;
  /** What libvirtd wrote to its log. */
  log(): Promise<string>;
  /** Starts a program inside; `network: "outside"` keeps it on the machine's own network, to be reached on 127.0.0.1. */
  spawn(command: readonly string[], options?: { network?: "inside" | "outside" }): ChildProcess;
  /** kill -9 of libvirtd alone: machines run on. */
  kill(): Promise<void>;
  /** Starts libvirtd again after kill(). */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestDaemonOptions {
  /** Further lines of libvirtd.conf, such as max_client_requests = 3. */
  configuration?: readonly string[];
  /** Further arguments of libvirtd, such as --listen. */
  args?: readonly string[];
  /** Without the network and the pool "default". */
  bare?: boolean;
}

/** Why no test daemon can be started here, or undefined where one can. */
export function whyNoDaemon(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "it takes root on Linux";
  const missing = ["/usr/sbin/libvirtd", "/usr/sbin/virtlogd", "/usr/bin/virsh", "/usr/bin/qemu-system-x86_64"].filter(
    (file) => !existsSync(file),
  );
  if (missing.length > 0) return `${missing.join(", ")} missing`;
  return spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "true"]).status === 0 ? undefined : "namespaces can't be made";
}

// What a machine's QEMU can do takes seconds to find out and stays the same: all test daemons share what they found.
const cache = join(tmpdir(), "remuda-libvirt-cache");

export async function startDaemon({ configuration = [], args = [], bare = false }: TestDaemonOptions = {}): Promise<TestDaemon> {
  const folder = await mkdtemp(join(tmpdir(), "lv-"));
  for (const part of ["etc/qemu/networks", "lib/images", "lib/qemu", "lib/boot", "lib/dnsmasq", "run", "log/qemu", "pool"]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const socket = join(folder, "run/libvirt-sock");
  await writeConfiguration(folder, configuration);

  // The first process of the namespaces. It ends with its input, so with us, and everything inside ends with it.
  const init = spawn("unshare", ["--mount", "--net", "--pid", "--fork", "--mount-proc", "bash", "-c", worldScript(folder)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  init.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ready = await Promise.race([once(init.stdout, "data").then(String), once(init, "exit").then(([code]) => `ended with ${code}`)]);
  if (!ready.startsWith("ready")) throw new Error(`the test daemon's namespaces: ${ready} ${said}`);
  const world = await onlyChild(init.pid);

  const children = new Set<ChildProcess>();
  const inside = (command: readonly string[], network: "inside" | "outside" = "inside"): ChildProcess => {
    const child = spawn(
      "nsenter",
      ["--target", `${world}`, "--mount", "--pid", ...(network === "inside" ? ["--net"] : []), "--", ...command],
      {
        stdio: "ignore",
      },
    );
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  };

  let libvirtd: ChildProcess | undefined;
  const daemon: TestDaemon = {
    folder,
    socket,
    uri: `qemu+unix:///system?socket=${socket}`,
    pool: join(folder, "pool"),
    spawn: (command, { network } = {}) => inside(command, network),
    pid: () => onlyChild(libvirtd?.pid),
    processes: () => processesWith(world),
    log: () => readFile(join(folder, "log/libvirtd.log"), "utf8"),
    async virsh(...command) {
      const { stdout } = await exec("virsh", ["-q", "-c", daemon.uri, ...command], { maxBuffer: 64 * 1024 * 1024 });
      return stdout.trim();
    },
    async kill() {
      const child = libvirtd;
      if (!child || child.exitCode !== null) return;
      const ended = once(child, "exit");
      process.kill(await daemon.pid(), "SIGKILL");
      // nsenter stops itself when its child is stopped, and then sees no end.
      child.kill("SIGCONT");
      await ended;
      libvirtd = undefined;
    },
    async start() {
      if (libvirtd) return;
      libvirtd = inside(["/usr/sbin/libvirtd", "-f", "/etc/libvirt/libvirtd.conf", "-p", "/run/libvirt/libvirtd.pid", ...args]);
      await until("libvirtd answers", async () => (await daemon.virsh("uri").catch(() => "")) !== "");
    },
    async stop() {
      const ended = init.exitCode === null && once(init, "exit");
      process.kill(world, "SIGKILL");
      // What was stopped inside has stopped its nsenter, too, and the namespaces end only when that has seen its child's end.
      for (const child of children) child.kill("SIGCONT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    inside(["/usr/sbin/virtlogd", "-f", "/etc/libvirt/virtlogd.conf", "-p", "/run/libvirt/virtlogd.pid"]);
    await daemon.start();
    if (!bare) await furnish(daemon);
    return daemon;
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

async function writeConfiguration(folder: string, further: readonly string[]): Promise<void> {
  const lines = [
    'auth_unix_rw = "none"',
    'auth_unix_ro = "none"',
    'unix_sock_rw_perms = "0770"',
    `log_outputs = "2:file:/var/log/libvirt/libvirtd.log"`,
    ...further,
  ];
  await writeFile(join(folder, "etc/libvirtd.conf"), `${lines.join("\n")}\n`);
  await writeFile(join(folder, "etc/virtlogd.conf"), "");
  // QEMU as root: another user may not open /dev/kvm, and then every question about capabilities takes seconds.
  const qemu = ['user = "root"', 'group = "root"', 'security_driver = "none"', "remember_owner = 0", "dynamic_ownership = 0"];
  await writeFile(join(folder, "etc/qemu.conf"), `${qemu.join("\n")}\n`);
}

/** Puts the daemon's own folders where it looks for the machine's; a new /sys shows the new network namespace. */
function worldScript(folder: string): string {
  const places = { etc: "/etc/libvirt", lib: "/var/lib/libvirt", run: "/run/libvirt", log: "/var/log/libvirt" };
  return [
    "set -e",
    "mount --make-rprivate /",
    "mkdir -p /run/sshd",
    "umount -l /sys",
    "mount -t sysfs sys /sys",
    ...Object.entries(places).map(([own, place]) => `mkdir -p ${place}; mount --bind ${folder}/${own} ${place}`),
    `mkdir -p /var/cache/libvirt; mount --bind ${cache} /var/cache/libvirt`,
    "ip link set lo up",
    "echo ready",
    "read -r _ || true",
  ].join("\n");
}

const network = `<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='off' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip>
  <dnsmasq:options><dnsmasq:option value='no-ping'/></dnsmasq:options>
</network>`;

/** Without spanning tree, delay and dnsmasq's ping the first lease comes seconds earlier. */
async function furnish(daemon: TestDaemon): Promise<void> {
  const file = join(daemon.folder, "network.xml");
  await writeFile(file, network);
  await daemon.virsh("net-define", file);
  await daemon.virsh("net-start", "default");
  await daemon.virsh("pool-create-as", "default", "dir", "--target", daemon.pool);
}

async function onlyChild(parent: number | undefined): Promise<number> {
  const text = parent === undefined ? "" : await readFile(`/proc/${parent}/task/${parent}/children`, "utf8");
  const child = Number(text.trim().split(" ")[0]);
  if (!child) throw new Error("the test daemon doesn't run");
  return child;
}

async function processesWith(world: number): Promise<DaemonProcess[]> {
  const own = await readlink(`/proc/${world}/ns/pid`);
  const found: DaemonProcess[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end while we look at it.
    const namespace = await readlink(`/proc/${entry}/ns/pid`).catch(() => "");
    if (namespace !== own) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    if (command !== "") found.push({ pid: Number(entry), command: command.split("\0").slice(0, -1) });
  }
  return found;
}
