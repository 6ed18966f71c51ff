import { Hardware, PowerOperation } from "@remuda/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRequest, createTestProvider, type Served, serve, spec } from "./test-provider";

let served: Served;
const { provider, machines } = createTestProvider();

beforeEach(async () => {
  machines.clear();
  served = await serve(provider);
});
afterEach(() => served.close());

test("a machine goes through its life over gRPC", async () => {
  const { client } = served;
  const request = createRequest();
  const { virtualMachine, task } = await client.create(request);
  expect(task).toBeUndefined();
  const id = virtualMachine?.id ?? "";
  expect((await client.describe({ id, uid: "" })).virtualMachine).toMatchObject({ id, uid: request.uid, owner: "lab" });
  expect((await client.describe({ id: "", uid: request.uid })).virtualMachine?.id).toBe(id);
  await client.power({ id, uid: request.uid, operation: PowerOperation.OFF, gracefulTimeout: undefined });
  expect((await client.listVirtualMachines({ owner: "lab", pageSize: 0, pageToken: "" })).virtualMachines).toHaveLength(1);
  await client.delete({ id, uid: request.uid });
  await expect(client.describe({ id, uid: "" })).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect((await client.validate({})).platform).toBe("test");
});

test("capabilities tell the services that are there, and the kit's own version where the provider has none", async () => {
  expect(await served.client.getCapabilities({})).toMatchObject({
    services: ["remuda.provider.v1.ProviderService"],
    nativeWatch: false,
    providerVersion: "test 0",
  });
});

test("a service that the provider does not have is UNSUPPORTED", async () => {
  await expect(served.client.listImages({ pageSize: 0, pageToken: "" })).rejects.toMatchObject({ reason: "UNSUPPORTED" });
});

test("a number that is too large for anything is the caller's fault, by its field", async () => {
  const request = createRequest({ spec: spec({ hardware: Hardware.fromPartial({ cpus: 2, memoryMib: 2 ** 60 }) }) });
  await expect(served.client.create(request)).rejects.toMatchObject({
    reason: "INVALID_SPEC",
    violations: [{ field: "spec.hardware.memory_mib" }],
  });
});
