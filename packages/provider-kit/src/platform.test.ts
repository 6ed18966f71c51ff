import { Metadata } from "@grpc/grpc-js";
import { fromServiceError, PowerOperation, ProviderError, refusingPlatform } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { createPlatform } from "./platform";
import type { Provider } from "./provider";
import { createRequest, createTestProvider, type Served, serve, uid } from "./test-provider";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const valid = { platform: "test", platformVersion: "1", account: "me", warnings: [] };

/** Notes by name every call that reaches the provider. */
async function serving(validate?: Provider["validate"]) {
  const calls: string[] = [];
  const noting =
    (name: string) =>
    (..._: unknown[]): never => {
      calls.push(name);
      throw new ProviderError("NO_CAPACITY", "reached the provider");
    };
  const provider: Partial<Provider> = {
    ...(validate && { validate }),
    create: noting("create"),
    delete: noting("delete"),
    power: noting("power"),
    describe: noting("describe"),
    list: noting("list"),
    watch: noting("watch"),
    disks: { get: noting("disk"), export: noting("export"), import: noting("import") },
  };
  served = await serve(createTestProvider(provider).provider);
  return { client: served.client, calls };
}

type Client = Served["client"];
const key = () => ({ id: "m-1", uid: uid() });
const settingsFor = (expectedPlatform: string) => ({ expectedPlatform });
const calls: [string, (client: Client, platform: string) => Promise<unknown>][] = [
  ["create", (c, p) => c.create(createRequest(), settingsFor(p))],
  ["delete", (c, p) => c.delete(key(), settingsFor(p))],
  ["power", (c, p) => c.power({ ...key(), operation: PowerOperation.ON, gracefulTimeout: undefined }, settingsFor(p))],
  ["describe", (c, p) => c.describe(key(), settingsFor(p))],
  ["list", (c, p) => c.listVirtualMachines({ owner: "", pageSize: 0, pageToken: "" }, settingsFor(p))],
  ["watch", (c, p) => c.watchVirtualMachines({ owner: "" }, settingsFor(p)).next()],
  ["export", (c, p) => c.exportDisk({ id: "d-1", format: "raw", offset: 0 }, settingsFor(p)).next()],
];

test.each(calls)("a call that is meant for another platform does not reach the provider's %s", async (name, call) => {
  const { client, calls: reached } = await serving();
  const refused = await call(client, "test-2").catch((error: unknown) => error);
  expect(refused).toMatchObject({ reason: "CONFLICT", message: "the call is meant for platform test-2, and this is test-1" });
  expect(refusingPlatform(refused as ProviderError)).toBe("test-1");
  expect(reached).toEqual([]);
  await expect(call(client, "test-1")).rejects.toMatchObject({ reason: "NO_CAPACITY" });
  expect(reached).toEqual([name]);
});

test("an import that is meant for another platform is refused before the provider is asked", async () => {
  const { client, calls: reached } = await serving();
  const metadata = new Metadata();
  metadata.set("remuda-expected-platform", "test-2");
  const imported = new Promise<unknown>((resolve) => {
    const call = client.raw.disks.importDisk(metadata, (error) => resolve(error && fromServiceError(error)));
    const header = { uid: uid(), owner: "lab", name: "data", format: "raw", totalBytes: 1, checksum: "", storage: "" };
    call.write({ part: { $case: "header", value: header } });
  });
  expect(await imported).toMatchObject({ reason: "CONFLICT" });
  expect(reached).toEqual([]);
});

test("Validate and GetCapabilities are answered whatever is expected, so that a caller finds out what is there", async () => {
  const { client } = await serving();
  expect(await client.validate({}, settingsFor("test-2"))).toMatchObject({ platformId: "test-1" });
  expect(await client.getCapabilities({}, settingsFor("test-2"))).toMatchObject({ platform: "test" });
});

test("an id that is remembered refuses nobody: the platform is asked again, and once known it is not asked with every call", async () => {
  let platformId = "old";
  let asked = 0;
  const { check } = createPlatform({
    validate() {
      asked++;
      return Promise.resolve({ ...valid, platformId });
    },
  });
  const meantFor = (id: string) => {
    const metadata = new Metadata();
    metadata.set("remuda-expected-platform", id);
    return check(metadata, new AbortController().signal);
  };
  await meantFor("old");
  platformId = "new";
  await meantFor("new");
  expect(asked).toBe(2);
  expect(meantFor("new")).toBeUndefined();
  await expect(meantFor("old")).rejects.toMatchObject({ reason: "CONFLICT", metadata: { platform_id: "new" } });
});

test("a platform that can't say which it is refuses with its own reason", async () => {
  const { client, calls: reached } = await serving(() => Promise.reject(new ProviderError("UNAUTHENTICATED", "the password is wrong")));
  await expect(client.create(createRequest(), settingsFor("test-1"))).rejects.toMatchObject({ reason: "UNAUTHENTICATED" });
  expect(reached).toEqual([]);
});
