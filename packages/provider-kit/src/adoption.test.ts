import { ProviderError } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import type { Adoption } from "./provider";
import { createTestProvider, machine, type Served, serve, uid } from "./test-provider";

let served: Served;
afterEach(() => served.close());

test("a provider that can't adopt says so in its capabilities, and refuses with UNSUPPORTED", async () => {
  served = await serve(createTestProvider().provider);
  expect((await served.client.getCapabilities({})).adoption).toBe(false);
  const mark = { id: "m-1", uid: uid(), owner: "lab" };
  await expect(served.client.adopt(mark)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  await expect(served.client.release(mark)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
});

test("requests are checked; a Release by uid alone finds the machine, and is done where there is none", async () => {
  const { provider, machines } = createTestProvider();
  const seen: string[] = [];
  const adoption: Adoption = {
    adopt: ({ id, uid: mark, owner }) => Promise.resolve(machine({ id, uid: mark, owner })),
    release({ id, uid: mark }) {
      seen.push(`${id} ${mark}`);
      return Promise.resolve();
    },
  };
  served = await serve({ ...provider, adoption });
  const { client } = served;
  expect((await client.getCapabilities({})).adoption).toBe(true);
  const error = await client.adopt({ id: "", uid: "U", owner: "My Lab" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProviderError);
  expect((error as ProviderError).violations.map(({ field }) => field)).toEqual(["id", "uid", "owner"]);
  const mark = uid();
  expect(await client.adopt({ id: "m-1", uid: mark, owner: "lab" })).toMatchObject({ virtualMachine: { id: "m-1", uid: mark } });

  await client.release({ id: "", uid: mark });
  expect(seen).toEqual([]);
  machines.set("m-7", machine({ id: "m-7", uid: mark }));
  await client.release({ id: "", uid: mark });
  expect(seen).toEqual([`m-7 ${mark}`]);
});
