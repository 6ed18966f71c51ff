import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { CreateRequest } from "@remuda/contract";
import { ApplyAction, ManagerService } from "@remuda/contract/manager";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nature } from "../testing/foreign";
import { basics, createWorld, isRunning, type World, waitFor } from "../testing/world";
import { type Api, startApi } from "./server";

let world: World;
let api: Api;
let client: ReturnType<typeof createClient<typeof ManagerService>>;
beforeEach(async () => {
  world = await createWorld({ manager: { orphanGraceMs: 0 } });
  const log = pino({ level: "silent" });
  api = await startApi({ store: world.store, log, host: "127.0.0.1", port: 0, ownership: world.manager });
  client = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${api.address}` }));
  const [provider, small, image] = basics(world.provider.address);
  await world.apply(...[provider, small, image].flatMap((each) => each ?? []));
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string } | undefined)?.phase === "Connected");
});
afterEach(async () => {
  await api.close();
  await world.close();
});

async function unmanaged(query: object = {}) {
  const found: string[] = [];
  let pageToken = "";
  do {
    const page = await client.listUnmanaged({ provider: "sim", pageSize: 2, pageToken, ...query });
    found.push(...page.machines.map(({ machine }) => machine?.name ?? ""));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found.sort();
}

test("machines without marks are listed by page and filter; adopted ones are as they were, and not listed any more", async () => {
  const ids = [];
  for (const name of ["db-1", "db-2", "db-3", "old-web", "x"]) ids.push(await world.sim.addForeignMachine({ name, cpus: 2 }));
  expect(await unmanaged()).toEqual(["db-1", "db-2", "db-3", "old-web", "x"]);
  expect(await unmanaged({ namePattern: "db-?" })).toEqual(["db-1", "db-2", "db-3"]);
  expect(await unmanaged({ namePattern: "*-*[" })).toEqual([]);
  expect(await unmanaged({ powerState: "Off" })).toEqual([]);
  expect(await unmanaged({ labelSelector: "app" })).toEqual([]);
  expect(await unmanaged({ host: "nowhere" })).toEqual([]);
  await expect(unmanaged({ powerState: "on" })).rejects.toThrow("expected On, Off or Suspended");
  await expect(unmanaged({ provider: "nope" })).rejects.toThrow("there is no Provider nope");

  const id = ids[3] ?? "";
  const before = nature(world, id);
  const dry = await client.adopt({ provider: "sim", id, dryRun: true });
  expect(dry.results.map(({ resource }) => resource?.kind)).toEqual(["VMNetwork", "VirtualMachine"]);
  expect(await world.store.get("VirtualMachine", "old-web")).toBeUndefined();
  const { results } = await client.adopt({ provider: "sim", id });
  expect(results.map(({ action }) => action)).toEqual([ApplyAction.CREATED, ApplyAction.CREATED]);
  const vm = await world.machine("old-web", isRunning);
  expect(vm.spec).toMatchObject({ source: { existing: id }, deletionPolicy: "Retain", hardware: { cpus: 2, memoryMiB: 512 } });
  expect(nature(world, id)).toEqual(before);
  expect(await unmanaged()).toEqual(["db-1", "db-2", "db-3", "x"]);

  // Again: it is there already. The network of the first is the second's too.
  const again = await client.adopt({ provider: "sim", id });
  expect(again.results.map(({ action }) => action)).toEqual([ApplyAction.UNCHANGED]);
  const second = await client.adopt({ provider: "sim", id: ids[0] ?? "", name: "database" });
  expect(second.results).toHaveLength(1);
  await world.machine("database", isRunning);
  await expect(client.adopt({ provider: "sim", id: ids[1] ?? "", name: "database" })).rejects.toThrow(
    "there is a VirtualMachine database already",
  );
  await expect(client.adopt({ provider: "sim", id: "vm-none" })).rejects.toThrow("not_found");
  await expect(client.adopt({ provider: "sim" })).rejects.toThrow("id: required");
});

test("orphans are listed by page, and deleted after a look that changes nothing", async () => {
  const owner = await world.store.ownerId();
  for (let i = 1; i <= 3; i++) {
    const uid = `00000000-0000-4000-8000-00000000000${i}`;
    const spec = { name: `lost-${i}`, hardware: { cpus: 1, memoryMib: 256 }, source: { $case: "empty" as const, value: {} } };
    await world.sim.create(CreateRequest.fromPartial({ uid, owner, spec }), new AbortController().signal);
  }
  const list = async () => {
    const found: string[] = [];
    let pageToken = "";
    do {
      const page = await client.listOrphans({ pageSize: 2, pageToken });
      found.push(...page.orphans.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return found.sort().join();
  };
  const until = (names: string) =>
    waitFor(
      async () => (await list()) === names || undefined,
      () => `orphans are not ${names}`,
    );
  await until("lost-1,lost-2,lost-3");
  const uid = "00000000-0000-4000-8000-000000000002";
  const { orphan } = await client.deleteOrphan({ provider: "sim", uid, dryRun: true });
  expect(orphan).toMatchObject({ name: "lost-2", provider: "sim", state: "Ready" });
  expect(await list()).toBe("lost-1,lost-2,lost-3");
  await client.deleteOrphan({ provider: "sim", uid });
  await until("lost-1,lost-3");
  await expect(client.listOrphans({ provider: "nope" })).rejects.toThrow("there is no Provider nope");
  await expect(client.listOrphans({ pageToken: "x" })).rejects.toThrow("not a token of this API");
  await expect(client.deleteOrphan({ provider: "sim", uid })).rejects.toThrow(/not_found|being deleted/);

  await world.stopProvider();
  await waitFor(
    async () => (await client.listOrphans({})).unseenProviders[0] === "sim" || undefined,
    () => "sim is still seen",
  );
});
