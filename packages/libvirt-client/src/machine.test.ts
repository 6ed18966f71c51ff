import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type EventOf, isRefusal, type Libvirt } from "./index";
import { guestXml } from "./testing/domain";
import { startDaemon, type TestDaemon, testGuest, until } from "./testing/index";
import { daemonHere } from "./testing/peers";

const agentConnected = 1;
const stopped = 5;
const nicXml = "<interface type='network'><source network='default'/><model type='virtio'/></interface>";

describe.runIf(daemonHere)("a machine of QEMU's", () => {
  let daemon: TestDaemon;
  let virt: Libvirt;
  beforeAll(async () => {
    daemon = await startDaemon({ configuration: ["keepalive_interval = 1", "keepalive_count = 1"] });
    virt = await connect(daemon.uri);
  });
  afterAll(async () => {
    await virt?.close();
    await daemon?.stop();
  });

  test("boots, is seen on its console, answers its agent, and stops; each told as events", { timeout: 120_000 }, async () => {
    const lifecycle: EventOf<"domainLifecycle">[] = [];
    const agent: number[] = [];
    await virt.subscribe("domainLifecycle", (event) => lifecycle.push(event));
    await virt.subscribe("domainAgentLifecycle", ({ state }) => agent.push(state));

    const { dom } = await virt.call("domainDefineXmlFlags", { xml: guestXml("guest", await testGuest(), nicXml), flags: 0 });
    // Started paused, so that the console misses nothing.
    await virt.call("domainCreateWithFlags", { dom, flags: 1 });
    const console = await virt.openDuplex("domainOpenConsole", { dom, devName: null, flags: 0 });
    let said = "";
    console.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    await virt.call("domainResume", { dom });

    await until("the guest is up", () => said.includes("guest: up"), 60_000);
    expect(said).toMatch(/guest: address 192\.168\.122\.\d+\/24 mac 52:54:00/);
    await until("the agent answers", () => agent.includes(agentConnected));
    const { result } = await virt.call("qemuDomainAgentCommand", { dom, cmd: '{"execute":"guest-get-osinfo"}', timeout: 10, flags: 0 });
    expect(JSON.parse(result ?? "")).toHaveProperty("return.kernel-release");
    const leases = await virt.call("domainInterfaceAddresses", { dom, source: 0, flags: 0 });
    expect(leases.ifaces[0]?.addrs[0]?.addr).toMatch(/^192\.168\.122\./);

    // More calls than the daemon works on, none of which ends: it must still hear our answers to its pings.
    const qemu = (await daemon.processes()).find(({ command }) => command[0]?.includes("qemu-system"));
    if (!qemu) throw new Error("no QEMU");
    process.kill(qemu.pid, "SIGSTOP");
    const stuck = Array.from({ length: 8 }, () => virt.call("domainMemoryStats", { dom, maxStats: 16, flags: 0 }));
    const outcome = Promise.allSettled(stuck);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    process.kill(qemu.pid, "SIGCONT");
    expect((await outcome).map(({ status }) => status)).toEqual(stuck.map(() => "fulfilled"));

    await virt.call("domainShutdownFlags", { dom, flags: 1 });
    await until("it has stopped", () => lifecycle.some(({ event }) => event === stopped));
    await until("the console has ended", () => console.destroyed);
    expect(await daemon.virsh("domstate", "guest")).toBe("shut off");
    await virt.call("domainUndefine", { dom });
    await expect(virt.call("domainGetState", { dom, flags: 0 })).rejects.toSatisfy((error) => isRefusal(error, "NO_DOMAIN"));
  });
});
