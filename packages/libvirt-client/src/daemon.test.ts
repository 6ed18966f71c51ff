import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConnectionState, connect, type EventOf, isRefusal, type Libvirt } from "./index";
import { startDaemon, type TestDaemon, until } from "./testing/index";
import { daemonHere } from "./testing/peers";

const networkXml = (name: string) => `<network><name>${name}</name></network>`;

describe.runIf(daemonHere)("a real libvirtd", () => {
  let daemon: TestDaemon;
  let virt: Libvirt;
  beforeAll(async () => {
    daemon = await startDaemon();
    virt = await connect(daemon.uri, { random: () => 0 });
  });
  afterAll(async () => {
    await virt?.close();
    await daemon?.stop();
  });

  const onTestDriver = async <T>(run: (test: Libvirt) => Promise<T>): Promise<T> => {
    const test = await connect(daemon.uri.replace("qemu+unix:///system", "test+unix:///default"));
    try {
      return await run(test);
    } finally {
      await test.close();
    }
  };

  test("test:///default lists its machine, and tells what happens to it in order", () =>
    onTestDriver(async (test) => {
      const told: EventOf<"domainLifecycle">[] = [];
      const { domains } = await test.call("connectListAllDomains", { needResults: 1, flags: 0 });
      expect(domains).toMatchObject([{ name: "test", id: 1 }]);
      const [dom] = domains;
      if (!dom) throw new Error("no machine");
      const subscription = await test.subscribe("domainLifecycle", (event) => told.push(event), { of: dom });
      await test.call("domainSuspend", { dom });
      await test.call("domainResume", { dom });
      await until("both are told", () => told.length === 2);
      expect(told.map(({ event, dom: { name } }) => [name, event])).toEqual([
        ["test", 3],
        ["test", 4],
      ]);
      await subscription.close();
      await test.call("domainSuspend", { dom });
      await test.call("domainResume", { dom });
      await test.call("connectGetHostname", {});
      expect(told.length).toBe(2);
    }));

  test("a refusal carries libvirt's own code and domain", async () => {
    await expect(virt.call("domainLookupByName", { name: "nobody" })).rejects.toMatchObject({
      reason: "REFUSED",
      code: "NO_DOMAIN",
      domain: "QEMU",
      codeNumber: 42,
    });
    await expect(virt.call("networkLookupByName", { name: "nobody" })).rejects.toSatisfy((error) => isRefusal(error, "NO_NETWORK"));
    await expect(virt.call("domainDefineXmlFlags", { xml: "<domain", flags: 0 })).rejects.toMatchObject({ code: "XML_DETAIL" });
  });

  test("a read-only connection changes nothing, and a closed one says so", async () => {
    const reader = await connect(daemon.uri, { readOnly: true });
    await expect(reader.call("networkCreateXml", { xml: networkXml("never") })).rejects.toMatchObject({ code: "OPERATION_DENIED" });
    await reader.close();
    await expect(reader.call("connectGetHostname", {})).rejects.toMatchObject({ reason: "CLOSED" });
  });

  test("many calls at once are all answered, each with its own", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `no-${i}`);
    const messages = await Promise.all(
      names.map((name) => virt.call("domainLookupByName", { name }).catch((error: Error) => error.message)),
    );
    expect(messages).toEqual(names.map((name) => expect.stringContaining(`'${name}'`)));
  });

  test("a socket that nobody listens at is told in words", async () => {
    await expect(connect("qemu+unix:///system?socket=/nonexistent/sock")).rejects.toMatchObject({
      reason: "UNREACHABLE",
      message: expect.stringContaining("/nonexistent/sock: no such socket; is libvirt installed"),
    });
  });

  test("after kill -9 of the daemon: what was in flight is lost and not repeated, and everything else comes back", async () => {
    const states: ConnectionState["state"][] = [];
    const stop = virt.onState(({ state }) => states.push(state));
    const told: string[] = [];
    let missed = 0;
    await virt.subscribe("networkLifecycle", ({ net, event }) => told.push(`${net.name} ${event}`), { onMissed: () => missed++ });

    process.kill(await daemon.pid(), "SIGSTOP");
    const inFlight = virt.call("networkCreateXml", { xml: networkXml("lost") });
    await Promise.all([
      expect(inFlight).rejects.toMatchObject({
        reason: "LOST",
        outcomeUnknown: true,
        message: expect.stringMatching(/connection lost, outcome unknown/),
      }),
      daemon.kill(),
    ]);
    const waits = virt.call("connectListAllNetworks", { needResults: 1, flags: 0 });
    await daemon.start();
    expect((await waits).nets.map(({ name }) => name)).toEqual(["default"]);
    expect(states).toContain("reconnecting");
    expect(states.at(-1)).toBe("connected");
    expect(missed).toBe(1);

    const { net } = await virt.call("networkCreateXml", { xml: networkXml("again") });
    await until("its start is told", () => told.includes("again 2"));
    await virt.call("networkDestroy", { net });
    stop();
  });

  test("a daemon that stands still is given up after the keepalive's count, and found again when it goes on", async () => {
    const quick = await connect(daemon.uri, { keepalive: { intervalMs: 50, count: 3 }, random: () => 0 });
    const pid = await daemon.pid();
    process.kill(pid, "SIGSTOP");
    try {
      await expect(quick.call("connectGetHostname", {})).rejects.toMatchObject({
        reason: "LOST",
        message: expect.stringMatching(/silent for 200 ms/),
      });
      expect(quick.state).toMatchObject({ state: "reconnecting" });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect((await quick.call("connectGetHostname", {})).hostname).not.toBe("");
    await quick.close();
  });

  test("an idle connection outlives the daemon's own patience: its pings are answered", async () => {
    const impatient = await startDaemon({ bare: true, configuration: ["keepalive_interval = 1", "keepalive_count = 1"] });
    try {
      // Our own pings are too rare to be what keeps it.
      const idle = await connect(impatient.uri, { reconnect: false, keepalive: { intervalMs: 60_000, count: 5 } });
      const ended = new Promise((resolve) => idle.onState(resolve));
      const limit = new Promise((resolve) => setTimeout(() => resolve("still there"), 4000));
      expect(await Promise.race([ended, limit])).toBe("still there");
      await idle.close();
    } finally {
      await impatient.stop();
    }
  });

  test("500 machines are listed, and their states asked for one by one, in a breath", () =>
    onTestDriver(async (test) => {
      const xml = (i: number) => `<domain type='test'><name>m${i}</name><memory>1024</memory><os><type>hvm</type></os></domain>`;
      await Promise.all(Array.from({ length: 500 }, (_, i) => test.call("domainDefineXmlFlags", { xml: xml(i), flags: 0 })));
      const { domains } = await test.call("connectListAllDomains", { needResults: 1, flags: 0 });
      expect(domains.length).toBe(501);
      const times: number[] = [];
      for (const dom of domains) {
        const start = performance.now();
        await test.call("domainGetState", { dom, flags: 0 });
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      const start = performance.now();
      await Promise.all(domains.map((dom) => test.call("domainGetState", { dom, flags: 0 })));
      console.info(`one state ${times[250]?.toFixed(3)} ms (median), all 501 at once ${(performance.now() - start).toFixed(1)} ms`);
      // Far above what it takes on any machine, far below one fork of virsh.
      expect(times[250]).toBeLessThan(5);
    }));
});
