import { PowerState } from "@remuda/contract";
import { startDaemon, type TestDaemon } from "@remuda/libvirt-client/testing";
import { type Provider, StartError } from "@remuda/provider-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flags, readConfig } from "./config";
import { openHost } from "./host";
import { openProvider } from "./open";
import { createLibvirtProvider } from "./provider";
import { daemonHere } from "./testing/peers";
import { addImage, defaults, machineRequest, make, never, qemuUri, settle } from "./testing/world";

const values = { uri: flags.uri.default, pool: "default", network: "default", "memory-overcommit": "1" };
const config = (more: Partial<Parameters<typeof readConfig>[0]>) => readConfig({ ...values, "virt-type": "qemu", ...more }, {});

describe("the command line", () => {
  test("names several hosts with spaces between, and the pool of images where it is another one", () => {
    expect(config({ uri: " qemu:///system  qemu+ssh://kvm2/system " }).uris).toEqual(["qemu:///system", "qemu+ssh://kvm2/system"]);
    expect(config({}).defaults.imagePool).toBe("default");
    expect(config({ "image-pool": "images" }).defaults.imagePool).toBe("images");
  });

  test.each([
    [{ uri: " " }, "--uri"],
    [{ "virt-type": "xen" }, "--virt-type"],
    [{ "memory-overcommit": "lots" }, "--memory-overcommit"],
    [{ "memory-overcommit": "0" }, "--memory-overcommit"],
  ])("says which flag is wrong: %o", (wrong, flag) => {
    expect(() => config(wrong)).toThrow(flag);
  });

  test("without a daemon the start fails in words that name it", async () => {
    const error = await openProvider(config({ uri: "qemu+unix:///system?socket=/nowhere/libvirt-sock" })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toMatch(/\/nowhere\/libvirt-sock.*is libvirt installed.*may this user open its socket/);
  });
});

describe.runIf(daemonHere)("a provider that starts", () => {
  let first: TestDaemon;
  let second: TestDaemon;
  let provider: Provider;
  beforeAll(async () => {
    first = await startDaemon();
    second = await startDaemon();
    await addImage(second);
    // Both daemons are on one machine, so that they have its name.
    const hosts = await Promise.all([first, second].map((daemon) => openHost(qemuUri(daemon), "qemu")));
    const [a, b] = hosts;
    if (!a || !b) throw new Error("no hosts");
    provider = await createLibvirtProvider(
      [
        { ...a, name: "one" },
        { ...b, name: "two" },
      ],
      { defaults },
    );
  }, 180_000);
  afterAll(async () => {
    await provider?.close?.();
    await first?.stop();
    await second?.stop();
  });

  test("says which pool is not there, and how one is made", async () => {
    const opened = openProvider(config({ uri: qemuUri(first), pool: "none" }));
    await expect(opened).rejects.toThrow(/no storage pool "none".*--pool.*pool-create-as none/);
  });

  test("refuses one host under two names", async () => {
    await expect(openProvider(config({ uri: `${qemuUri(first)} ${qemuUri(first)}` }))).rejects.toThrow("are both the host");
  });

  const off = { powerState: PowerState.OFF };
  const empty: Parameters<typeof machineRequest>[1] = {
    source: { $case: "empty", value: {} },
    disks: [{ name: "root", sizeGib: 1, boot: true }],
  };
  const names = async (daemon: TestDaemon) => (await daemon.virsh("list", "--all", "--name")).trim();

  test("puts a machine on the host that is named, else on one that has what it needs", { timeout: 60_000 }, async () => {
    const named = await make(provider, machineRequest("named", { ...off, ...empty, placement: { host: "one" } }));
    const drawn = await make(provider, machineRequest("drawn", off));
    expect([await names(first), await names(second)]).toEqual(["named", "drawn"]);
    expect((await provider.describe(drawn, never)).placement?.host).toBe("two");
    await expect(provider.create(machineRequest("lost", { ...off, placement: { host: "three" } }), never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
    });
    await expect(provider.create(machineRequest("named", { ...off, ...empty }), never)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    const listed: string[] = [];
    for await (const { name } of provider.list({}, never)) listed.push(name);
    expect(listed.sort()).toEqual(["drawn", "named"]);
    for (const key of [named, drawn]) await settle(provider, await provider.delete(key, never));
    expect([await names(first), await names(second)]).toEqual(["", ""]);
  });

  test("says neither that a machine is gone nor that a list is whole while a host can't be asked", { timeout: 60_000 }, async () => {
    await second.kill();
    const unknown = { id: "00000000-0000-4000-8000-000000000000", uid: "" };
    await expect(provider.describe(unknown, never)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    const list = async () => {
      for await (const _ of provider.list({}, never));
    };
    await expect(list()).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    await second.start();
  });
});
