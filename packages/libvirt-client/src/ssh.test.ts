import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type Libvirt } from "./index";
import { startDaemon, startSshd, type TestDaemon, type TestSshd, until } from "./testing/index";
import { daemonHere } from "./testing/peers";

const exec = promisify(execFile);

describe.runIf(daemonHere)("over SSH", () => {
  let daemon: TestDaemon;
  let open: TestSshd;
  let shut: TestSshd;
  beforeAll(async () => {
    daemon = await startDaemon();
    open = await startSshd(daemon, { forwarding: true });
    shut = await startSshd(daemon, { forwarding: false });
  });
  afterAll(() => daemon?.stop());

  async function hostname(uri: string, options?: Parameters<typeof connect>[1]): Promise<string> {
    const virt = await connect(uri, options);
    try {
      return (await virt.call("connectGetHostname", {})).hostname;
    } finally {
      await virt.close();
    }
  }
  const helpers = async () => (await daemon.processes()).filter(({ command }) => command[0] === "virt-ssh-helper").length;

  test("the daemon's socket is forwarded where sshd allows it", async () => {
    const virt = await connect(open.uri);
    expect((await virt.call("connectListAllNetworks", { needResults: 1, flags: 0 })).nets).toMatchObject([{ name: "default" }]);
    expect(await helpers()).toBe(0);
    await virt.close();
  });

  test("virt-ssh-helper carries the connection where forwarding is forbidden", async () => {
    const virt = await connect(shut.uri);
    expect((await virt.call("connectListAllNetworks", { needResults: 1, flags: 0 })).nets).toMatchObject([{ name: "default" }]);
    expect(await helpers()).toBe(1);
    await virt.close();
    await until("the helper is gone", async () => (await helpers()) === 0);
  });

  test("what virt-ssh-helper complains of is told", async () => {
    const missing = `${shut.uri}&name=nonsense`;
    await expect(connect(missing)).rejects.toMatchObject({
      reason: "UNREACHABLE",
      message: expect.stringContaining("virt-ssh-helper ended with"),
    });
  });

  test("a hashed known_hosts entry is as good as a plain one, and so is a pinned fingerprint", async () => {
    const hashed = join(daemon.folder, "hashed");
    await writeFile(hashed, await readFile(open.knownHosts));
    await exec("ssh-keygen", ["-q", "-H", "-f", hashed]);
    expect(await readFile(hashed, "utf8")).toMatch(/^\|1\|/);
    const byName = await hostname(open.uri.replace(open.knownHosts, hashed));
    const pinned = open.uri.replace(/known_hosts=.*/, `host_key=${encodeURIComponent(open.fingerprint)}`);
    expect(await hostname(pinned)).toBe(byName);
  });

  test("a host that isn't known, or that shows another key, is not spoken to", async () => {
    await expect(connect(open.uri.replace(open.knownHosts, "/nonexistent"))).rejects.toMatchObject({ reason: "UNTRUSTED" });
    const changed = join(daemon.folder, "changed");
    await writeFile(changed, (await readFile(shut.knownHosts, "utf8")).replace(`${shut.port}`, `${open.port}`));
    await expect(connect(open.uri.replace(open.knownHosts, changed))).rejects.toMatchObject({
      reason: "UNTRUSTED",
      message: expect.stringMatching(/another than/),
    });
    const pinned = open.uri.replace(/known_hosts=.*/, `host_key=${encodeURIComponent(shut.fingerprint)}`);
    await expect(connect(pinned)).rejects.toMatchObject({ reason: "UNTRUSTED" });
    const revoked = join(daemon.folder, "revoked");
    const line = await readFile(open.knownHosts, "utf8");
    await writeFile(revoked, `${line}@revoked ${line}`);
    await expect(connect(open.uri.replace(open.knownHosts, revoked))).rejects.toMatchObject({
      reason: "UNTRUSTED",
      message: expect.stringMatching(/revoked/),
    });
  });

  test("a key that sshd doesn't know is refused as such", async () => {
    const other = join(daemon.folder, "other_key");
    await exec("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", other]);
    await expect(connect(open.uri.replace(open.keyfile, other))).rejects.toMatchObject({ reason: "UNAUTHENTICATED" });
  });

  test("an agent's key is enough", async () => {
    const socket = join(daemon.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      await until("the agent takes a key", () =>
        exec("ssh-add", ["-q", open.keyfile], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).then(
          () => true,
          () => false,
        ),
      );
      const uri = `${open.uri.replace(/keyfile=[^&]*&/, "")}&sshauth=agent`;
      await expect(connect(uri)).rejects.toMatchObject({ reason: "UNAUTHENTICATED" });
      expect(await hostname(uri, { ssh: { agent: socket } })).not.toBe("");
    } finally {
      const ended = once(agent, "exit");
      agent.kill();
      await ended;
    }
  });

  test("comes back when the network breaks, with its subscriptions", async () => {
    const virt: Libvirt = await connect(open.uri, { random: () => 0 });
    let missed = 0;
    const seen: string[] = [];
    await virt.subscribe("networkLifecycle", ({ net }) => seen.push(net.name), { onMissed: () => missed++ });
    await open.dropConnections();
    await until("subscriptions are renewed", () => missed === 1);
    const { net } = await virt.call("networkCreateXml", { xml: "<network><name>later</name></network>" });
    await until("the event is told", () => seen.includes("later"));
    await virt.call("networkDestroy", { net });
    await virt.close();
  });
});
