import { setMaxListeners } from "node:events";
import { MarketType, PowerOperation, PowerState, ProviderError } from "@remuda/contract";
import type { MachineEvent } from "@remuda/provider-kit";
import { createVsphereClient, readObject, service } from "@remuda/vsphere-client";
import { hasVcsim, startVcsim } from "@remuda/vsphere-client/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasGovc, providerOf, request, settle, startVcenter } from "./testing/vcenter";

const signal = AbortSignal.timeout(110_000);
setMaxListeners(0, signal);

interface GovcMachine {
  config: {
    instanceUuid: string;
    hardware: {
      numCPU: number;
      numCoresPerSocket: number;
      memoryMB: number;
      device: { key: number; capacityInKB?: number; macAddress?: string; backing?: { port?: { portgroupKey: string } } }[];
    };
    extraConfig: { key: string; value: string }[];
    cpuHotAddEnabled?: boolean;
  };
  runtime: { powerState: string };
}

describe.runIf(hasVcsim && hasGovc)("a vCenter with two datacenters, with govc as the judge", () => {
  let vcenter: Awaited<ReturnType<typeof startVcenter>>;
  const template = { $case: "template", value: "/DC1/vm/DC1_C0_RP0_VM0" } as const;
  beforeAll(async () => {
    vcenter = await startVcenter(
      { args: ["-dc", "2", "-cluster", "2", "-ds", "2", "-pod", "1"] },
      { datacenter: "DC1", cluster: "DC1_C1", network: "DC1_DVPG0" },
    );
  });
  afterAll(() => vcenter?.stop());

  const judge = async (name: string): Promise<GovcMachine | undefined> =>
    (JSON.parse(await vcenter.govc("vm.info", "-json", "-e", `/DC1/vm/${name}`)) as { virtualMachines: GovcMachine[] | null })
      .virtualMachines?.[0];

  test("a machine is made, changed and deleted as it was asked for", async () => {
    const { provider, govc } = vcenter;
    await govc("folder.create", "/DC1/vm/web");
    const wanted = request("web-1", {
      source: template,
      hardware: { cpus: 1, coresPerSocket: 1, memoryMib: 1024, hotAdd: { maxCpus: 2, maxMemoryMib: 4096 } },
      disks: [
        { name: "root", sizeGib: 20, boot: true },
        { name: "data", sizeGib: 3 },
      ],
      interfaces: [
        { name: "net0", network: "DC1_DVPG0", addresses: ["192.0.2.7/24"], gateway: "192.0.2.1" },
        { name: "net1", network: "VM Network", macAddress: "00:50:56:11:22:33" },
      ],
      placement: { folder: "/DC1/vm/web", cluster: "DC1_C0" },
      labels: { tier: "front" },
      cloudInit: { userData: "#cloud-config\nhostname: <web> & co\n", sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] },
    });
    const { task } = await provider.create(wanted, signal);
    await settle(provider, task, signal);
    const seen = await judge("web/web-1");
    expect(seen?.runtime.powerState).toBe("poweredOn");
    expect(seen?.config).toMatchObject({
      instanceUuid: wanted.uid,
      hardware: { numCPU: 1, numCoresPerSocket: 1, memoryMB: 1024 },
      cpuHotAddEnabled: true,
    });
    const sizes = seen?.config.hardware.device.flatMap(({ capacityInKB }) => (capacityInKB === undefined ? [] : [capacityInKB / 2 ** 20]));
    expect(sizes).toEqual([20, 3]);
    const cards = seen?.config.hardware.device.filter(({ macAddress }) => macAddress !== undefined) ?? [];
    expect(cards.map(({ backing }) => backing?.port !== undefined)).toEqual([true, false]);
    expect(cards[1]?.macAddress).toBe("00:50:56:11:22:33");
    const extra = new Map(seen?.config.extraConfig.map(({ key, value }) => [key, value]));
    const decoded = (key: string) => Buffer.from(extra.get(key) ?? "", "base64").toString();
    expect(decoded("guestinfo.userdata")).toBe("#cloud-config\nhostname: <web> & co\n");
    const metadata = JSON.parse(decoded("guestinfo.metadata")) as Record<string, string>;
    expect(metadata).toMatchObject({ "instance-id": wanted.uid, "local-hostname": "web-1", "public-keys-data": "ssh-ed25519 AAAA me" });
    expect(Buffer.from(metadata.network ?? "", "base64").toString()).toContain(cards[0]?.macAddress);
    expect(extra.get("remuda.owner")).toBe("test");

    const shown = await provider.describe({ id: wanted.uid, uid: "" }, signal);
    expect(shown.disks.map(({ name, boot }) => [name, boot])).toEqual([
      ["root", true],
      ["data", false],
    ]);
    expect(shown.interfaces.map(({ name, network }) => [name, network])).toEqual([
      ["net0", "DC1_DVPG0"],
      ["net1", "VM Network"],
    ]);
    expect(shown.placement).toMatchObject({ zone: "DC1", cluster: "DC1_C0", folder: "/DC1/vm/web" });
    expect(shown.labels).toEqual({ tier: "front" });

    const key = { id: wanted.uid, uid: wanted.uid };
    const spec = { ...wanted.spec, hardware: { ...wanted.spec?.hardware, cpus: 2 }, disks: wanted.spec?.disks.slice(0, 1), labels: {} };
    const change = await provider.reconfigure(key, { spec: request("web-1", spec as object).spec as never, allowRestart: false }, signal);
    expect(change.restartRequired).toEqual([]);
    await settle(provider, change.task, signal);
    const changed = await judge("web/web-1");
    expect(changed?.config.hardware.numCPU).toBe(2);
    expect(changed?.config.hardware.device.filter(({ capacityInKB }) => capacityInKB !== undefined).length).toBe(1);

    await settle(provider, await provider.delete(key, signal), signal);
    expect(await judge("web/web-1")).toBeUndefined();
  });

  test("what is somewhere else, or nowhere, is refused with the field before anything is made", async () => {
    const { provider } = vcenter;
    const wrong: [string, Parameters<typeof request>[1]][] = [
      ["spec.market.type", { market: { type: MarketType.SPOT } }],
      ["spec.placement.region", { placement: { region: "eu" } }],
      ["spec.placement.anti_affinity_group", { placement: { antiAffinityGroup: "web" } }],
      ["spec.placement.cluster", { placement: { cluster: "DC0_C0" } }],
      ["spec.placement.folder", { placement: { folder: "nowhere" } }],
      ["spec.placement.host", { placement: { host: "DC1_C0_H0" } }],
      ["spec.interfaces[0].network", { interfaces: [{ name: "net0", network: "DC0_DVPG0" }] }],
      ["spec.interfaces[0].model", { interfaces: [{ name: "net0", model: "token-ring" }] }],
      ["spec.disks[0].storage", { disks: [{ name: "root", sizeGib: 20, boot: true, storage: "nowhere" }] }],
      ["spec.disks[0].size_gib", { disks: [{ name: "root", sizeGib: 1, boot: true }] }],
    ];
    for (const [field, changes] of wrong) {
      const placement = { ...(field === "spec.placement.host" && { cluster: "DC1_C1" }), ...changes?.placement };
      const error = await provider
        .create(request("refused", { source: template, ...changes, placement }), signal)
        .catch((reason: unknown) => reason);
      expect(error instanceof ProviderError ? error.violations.map((violation) => violation.field) : error, field).toEqual([field]);
    }
    await expect(judge("refused")).resolves.toBeUndefined();
  });

  test("what others do is told: a new address, a stop, a deletion; a copy of a machine is nobody's", async () => {
    const { provider, govc } = vcenter;
    const wanted = request("seen", { source: template });
    await settle(provider, (await provider.create(wanted, signal)).task, signal);
    const stop = new AbortController();
    const events: MachineEvent[] = [];
    const watching = (async () => {
      for await (const event of provider.watch?.({ owner: "test" }, stop.signal) ?? []) events.push(event);
    })();
    const last = () => events.findLast((event) => event.type === "present" && event.virtualMachine.uid === wanted.uid);
    const machine = () => {
      const event = last();
      return event?.type === "present" ? event.virtualMachine : undefined;
    };
    await expect.poll(() => events.some(({ type }) => type === "bookmark"), { timeout: 20_000 }).toBe(true);
    await govc("vm.change", "-vm", "/DC1/vm/seen", "-e", "SET.guest.ipAddress=192.0.2.99");
    await expect.poll(() => machine()?.interfaces.flatMap(({ addresses }) => addresses), { timeout: 20_000 }).toEqual(["192.0.2.99"]);
    expect((await provider.describe({ id: "", uid: wanted.uid }, signal)).interfaces[0]?.addresses).toEqual(["192.0.2.99"]);
    await govc("vm.power", "-off", "/DC1/vm/seen");
    await expect.poll(() => machine()?.powerState, { timeout: 20_000 }).toBe(PowerState.OFF);
    await govc(
      "vm.clone",
      "-vm",
      "/DC1/vm/seen",
      "-on=false",
      "-pool",
      "/DC1/host/DC1_C0/Resources",
      "-folder",
      "/DC1/vm",
      "-ds",
      "/DC1/datastore/LocalDS_0",
      "copy",
    );
    await govc("vm.change", "-vm", "/DC1/vm/copy", "-e", `remuda.uid=${wanted.uid}`, "-e", "remuda.owner=test");
    await govc("vm.destroy", "/DC1/vm/seen");
    await expect.poll(() => events.some((event) => event.type === "gone" && event.uid === wanted.uid), { timeout: 20_000 }).toBe(true);
    stop.abort();
    await watching;
    const mine: string[] = [];
    for await (const { name } of provider.list({ owner: "test" }, signal)) mine.push(name);
    expect(mine).not.toContain("copy");
  });

  test("machines that nothing happens to cost no calls", async () => {
    const client = createVsphereClient(vcenter.vcsim);
    const manager = await service(client, "sessionManager", signal);
    const counts = async () => {
      const read = await readObject(client, "SessionManager", manager, ["sessionList"], signal);
      return new Map(read?.sessionList?.map(({ key, callCount }) => [key, callCount]));
    };
    const { provider } = vcenter;
    const own = (await readObject(client, "SessionManager", manager, ["currentSession"], signal))?.currentSession?.key;
    const cost = async (rounds: number): Promise<number> => {
      const before = await counts();
      for (let round = 0; round < rounds; round++) {
        for await (const machine of provider.list({}, signal)) await provider.describe({ id: machine.id, uid: "" }, signal);
      }
      const after = await counts();
      return [...after].reduce((sum, [key, count]) => (key === own ? sum : sum + count - (before.get(key) ?? 0)), 0);
    };
    // What was just made or changed is read from vCenter itself for a moment.
    await expect.poll(() => cost(1), { timeout: 20_000 }).toBe(0);
    expect(await cost(200)).toBeLessThanOrEqual(1);
    await client.close(signal);
  });
});

describe.runIf(hasVcsim)("a vCenter that is slow, forgets and dies", () => {
  test("a provider that dies while it clones: the same Create at another one picks it up, and one machine is made", async () => {
    const vcsim = await startVcsim({ args: ["-method-delay", "CloneVm:1500"] });
    const given = { datacenter: "DC0", cluster: "DC0_C0" };
    const [first, second] = [providerOf(vcsim, given), providerOf(vcsim, given)];
    const wanted = request("slow", { source: { $case: "template", value: "DC0_C0_RP0_VM0" } });
    const { task = "" } = await first.create(wanted, signal);
    await first.close?.();
    expect(await second.isTaskComplete(task, 0, signal)).toMatchObject({ done: false });
    const ended = await second.isTaskComplete(task, 20_000, signal);
    expect(ended).toMatchObject({ done: true, error: { reason: "INTERRUPTED" } });
    const again = await second.create(wanted, signal);
    await settle(second, again.task, signal);
    const machine = await second.describe({ id: wanted.uid, uid: "" }, signal);
    expect([machine.name, machine.powerState]).toEqual(["slow", PowerState.ON]);
    const all: string[] = [];
    for await (const { uid } of second.list({ owner: "test" }, signal)) all.push(uid);
    expect(all).toEqual([wanted.uid]);
    await second.close?.();
    await vcsim.stop();
  });

  test("two providers that make one uid at once make one machine", async () => {
    const vcsim = await startVcsim({ args: ["-method-delay", "CloneVm:700"] });
    const given = { datacenter: "DC0", cluster: "DC0_C0" };
    const providers = [providerOf(vcsim, given), providerOf(vcsim, given)];
    const wanted = request("twice", { source: { $case: "template", value: "DC0_C0_RP0_VM0" } });
    await Promise.all(providers.map(async (provider) => settle(provider, (await provider.create(wanted, signal)).task, signal)));
    for (const provider of providers) {
      const all: string[] = [];
      for await (const { uid } of provider.list({ owner: "test" }, signal)) all.push(uid);
      expect(all).toEqual([wanted.uid]);
      await provider.close?.();
    }
    await vcsim.stop();
  });

  test("sessions that are terminated and a vCenter that is started again are no more than a pause", async () => {
    const vcsim = await startVcsim();
    const provider = providerOf(vcsim, { datacenter: "DC0", cluster: "DC0_C0" });
    const names = async () => {
      const all: string[] = [];
      for await (const { name } of provider.list({}, signal)) all.push(name);
      return all.length;
    };
    expect(await names()).toBe(4);
    const admin = createVsphereClient(vcsim);
    const manager = await service(admin, "sessionManager", signal);
    const { sessionList, currentSession } =
      (await readObject(admin, "SessionManager", manager, ["sessionList", "currentSession"], signal)) ?? {};
    const others = sessionList?.flatMap(({ key }) => (key === currentSession?.key ? [] : [key])) ?? [];
    expect(others.length).toBe(1);
    const wanted = request("after", { source: { $case: "template", value: "DC0_C0_RP0_VM0" } });
    const begun = await provider.create(wanted, signal);
    await admin.call(manager, "TerminateSession", { sessionId: others }, signal);
    await settle(provider, begun.task, signal);
    expect((await provider.describe({ id: wanted.uid, uid: "" }, signal)).powerState).toBe(PowerState.ON);
    await settle(
      provider,
      await provider.power({ id: wanted.uid, uid: wanted.uid }, { operation: PowerOperation.OFF, gracefulTimeoutMs: 0 }, signal),
      signal,
    );
    await admin.close(signal);
    await vcsim.stop();
    await expect(provider.validate(signal)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    await expect(provider.describe({ id: "", uid: request("x").uid }, signal)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    const again = await startVcsim({ port: Number(new URL(vcsim.url).port) });
    expect((await provider.validate(signal)).platform).toBe("vsphere");
    expect(await names()).toBe(4);
    await provider.close?.();
    await again.stop();
  });

  test("an ESXi host alone makes machines with empty disks", async () => {
    const vcsim = await startVcsim({ args: ["-esx"] });
    const provider = providerOf(vcsim);
    expect((await provider.validate(signal)).warnings.length).toBe(1);
    const wanted = request("empty", { source: { $case: "empty", value: {} }, disks: [{ name: "root", sizeGib: 2, boot: true }] });
    await settle(provider, (await provider.create(wanted, signal)).task, signal);
    const machine = await provider.describe({ id: wanted.uid, uid: "" }, signal);
    expect([machine.powerState, machine.disks.map(({ name, capacityBytes }) => [name, capacityBytes])]).toEqual([
      PowerState.ON,
      [["root", 2 * 2 ** 30]],
    ]);
    await settle(provider, await provider.delete({ id: wanted.uid, uid: wanted.uid }, signal), signal);
    await expect(provider.describe({ id: wanted.uid, uid: "" }, signal)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await provider.close?.();
    await vcsim.stop();
  });
});
