import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVsphereClient, type VsphereClient } from "./client";
import { escapeName, find, printRef, unescapeName } from "./find";
import { readObject, retrieveAll } from "./retrieve";
import { moRef } from "./schema";
import { hasVcsim, startVcsim, type Vcsim } from "./testing/vcsim";

const signal = AbortSignal.timeout(60_000);

describe.runIf(hasVcsim)("find and retrieve on a vCenter with two datacenters", () => {
  let vcsim: Vcsim;
  let client: VsphereClient;
  beforeAll(async () => {
    vcsim = await startVcsim({ args: ["-dc", "2", "-folder", "1"] });
    client = createVsphereClient(vcsim);
  });
  afterAll(async () => {
    await client?.close(signal);
    await vcsim?.stop();
  });

  test("a machine is found by path, by name, by pattern and by reference", async () => {
    const byName = await find(client, "DC1_H0_VM0", { type: "VirtualMachine" }, signal);
    const [{ properties } = { properties: undefined }] = await retrieveAll(
      client,
      { type: "VirtualMachine", paths: ["name", "parent"], objects: [byName] },
      signal,
    );
    expect(properties?.name).toBe("DC1_H0_VM0");
    for (const text of [
      printRef(byName),
      "DC1_H0_VM0",
      "DC1_H0_*0",
      "/F0/DC1/vm/F0/DC1_H0_VM0",
      "/F0/DC1/vm/*/DC1_H?_VM0",
      "/*/DC1/vm/*/DC1_H0_VM0",
    ]) {
      expect(await find(client, text, { type: "VirtualMachine" }, signal), text).toEqual(byName);
    }
  });

  test("what nothing has is NOT_FOUND, what several have is AMBIGUOUS", async () => {
    const machine = { type: "VirtualMachine" } as const;
    for (const text of ["nobody", "/F0/DC1/vm/nobody", "VirtualMachine:vm-99999", "no*", "/F0/DC1/vm"]) {
      await expect(find(client, text, machine, signal), text).rejects.toMatchObject({ problem: "NOT_FOUND" });
    }
    for (const text of ["", "DC?_H0_VM0"])
      await expect(find(client, text, machine, signal), text).rejects.toMatchObject({ problem: "AMBIGUOUS" });
  });

  test("nothing asked for is the only one there is, where there is one", async () => {
    const datacenter = await find(client, "DC1", { type: "Datacenter" }, signal);
    const datastore = await find(client, "", { type: "Datastore", within: datacenter }, signal);
    expect(datastore.type).toBe("Datastore");
    await expect(find(client, "", { type: "Datastore" }, signal)).rejects.toMatchObject({ problem: "AMBIGUOUS" });
  });

  test("properties of several pages are all there", async () => {
    const wanted = { type: "VirtualMachine", paths: ["name", "runtime.powerState", "config.hardware.device"] } as const;
    const whole = await retrieveAll(client, wanted, signal);
    const paged = await retrieveAll(client, { ...wanted, pageSize: 3 }, signal);
    expect(whole.length).toBe(8);
    expect(paged.map(({ properties }) => properties.name).sort()).toEqual(whole.map(({ properties }) => properties.name).sort());
    expect(whole[0]?.properties["runtime.powerState"]).toBe("poweredOn");
    expect(whole[0]?.properties["config.hardware.device"]?.some(({ _typeName }) => _typeName === "VirtualDisk")).toBe(true);
  });

  test("an object that does not exist reads as undefined", async () => {
    expect(await readObject(client, "VirtualMachine", moRef("VirtualMachine", "vm-99999"), ["name"], signal)).toBeUndefined();
  });
});

test("names with / \\ and % are escaped as the server keeps them", () => {
  expect(escapeName("a/b\\c%d")).toBe("a%2fb%5cc%25d");
  for (const name of ["a/b", "%2f", "\\", "100%", "plain"]) expect(unescapeName(escapeName(name))).toBe(name);
});
