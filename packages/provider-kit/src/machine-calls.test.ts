import { PowerOperation, ProviderError, type VirtualMachine } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { type Clock, systemClock } from "./clock";
import { createGate } from "./gate";
import type { Provider } from "./provider";
import { createRequest, createTestProvider, machine, type Served, serve, uid } from "./test-provider";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serving(part: Partial<Provider> = {}, clock: Clock = systemClock) {
  const made = createTestProvider(part);
  served = await serve(made.provider, { clock });
  return { ...made, client: served.client };
}

test("identical Creates of one uid at once share one call of the provider", async () => {
  const made = createGate<VirtualMachine>();
  const create = vi.fn(async () => ({ virtualMachine: await made.pass() }));
  const { client } = await serving({ create });
  const request = createRequest();
  const calls = Array.from({ length: 5 }, () => client.create(request));
  await made.arrived;
  // A sixth call on the same connection is answered after the five have arrived.
  await client.validate({});
  made.open(machine({ id: "m-9" }));
  expect((await Promise.all(calls)).map(({ virtualMachine }) => virtualMachine?.id)).toEqual(Array(5).fill("m-9"));
  expect(create).toHaveBeenCalledTimes(1);
});

test("a shared Create goes on while one caller is left, and is cancelled with the last", async () => {
  const begun = createGate<VirtualMachine>();
  let signal: AbortSignal | undefined;
  const { client } = await serving({
    async create(_request, given) {
      signal = given;
      return { virtualMachine: await begun.pass() };
    },
  });
  const request = createRequest();
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [client.create(request, { signal: first.signal }), client.create(request, { signal: second.signal })];
  await begun.arrived;
  await client.validate({});
  first.abort();
  await expect(calls[0]).rejects.toMatchObject({ reason: "INTERRUPTED" });
  await client.validate({});
  expect(signal?.aborted).toBe(false);
  second.abort();
  await expect(calls[1]).rejects.toMatchObject({ reason: "INTERRUPTED" });
  await vi.waitFor(() => expect(signal?.aborted).toBe(true));
  begun.open(machine());
});

test("a Create that is tried again after its only caller hung up is a new one, also while the cancelled one still ends", async () => {
  const cancelled = createGate();
  const ending = createGate();
  const create = vi.fn(async (_request: unknown, signal: AbortSignal) => {
    if (create.mock.calls.length > 1) return { virtualMachine: machine({ id: "m-2" }) };
    signal.addEventListener("abort", () => void cancelled.pass());
    void begun.pass();
    await ending.pass();
    throw signal.reason;
  });
  const begun = createGate();
  const { client } = await serving({ create });
  const request = createRequest();
  const caller = new AbortController();
  const first = client.create(request, { signal: caller.signal });
  await begun.arrived;
  caller.abort();
  await expect(first).rejects.toMatchObject({ reason: "INTERRUPTED" });
  await cancelled.arrived;
  const again = client.create(request);
  // Answered after what was sent before it.
  await client.validate({});
  ending.open(undefined);
  expect((await again).virtualMachine?.id).toBe("m-2");
});

test("calls on one uid run one after another, on others side by side", async () => {
  const first = createGate<undefined>();
  const log: string[] = [];
  const { client } = await serving({
    async power({ id }) {
      log.push(`${id} begins`);
      if (id === "a") await first.pass();
      log.push(`${id} ends`);
      return undefined;
    },
    delete({ id }) {
      log.push(`${id} deleted`);
      return Promise.resolve(undefined);
    },
  });
  const [one, other] = [uid(), uid()];
  const on = { operation: PowerOperation.ON, gracefulTimeout: undefined };
  const slow = client.power({ id: "a", uid: one, ...on });
  await first.arrived;
  const deletion = client.delete({ id: "a", uid: one });
  await client.power({ id: "b", uid: other, ...on });
  expect(log).toEqual(["a begins", "b begins", "b ends"]);
  first.open(undefined);
  await Promise.all([slow, deletion]);
  expect(log.slice(3)).toEqual(["a ends", "a deleted"]);
});

test("Delete without id finds the machine by its uid, and is done where there is none", async () => {
  const { client, machines } = await serving();
  const request = createRequest();
  await client.create(request);
  expect(machines.size).toBe(1);
  await client.delete({ id: "", uid: request.uid });
  expect(machines.size).toBe(0);
  await expect(client.delete({ id: "", uid: uid() })).resolves.toMatchObject({ task: undefined });
});

test("Delete without id fails where the platform did not say that the machine is gone", async () => {
  const { client } = await serving({ describe: () => Promise.reject(new ProviderError("UNAVAILABLE", "no answer")) });
  await expect(client.delete({ id: "", uid: uid() })).rejects.toMatchObject({ reason: "UNAVAILABLE" });
});

test("a Create that comes after the Delete of its uid is refused, for ten minutes", async () => {
  let now = Date.now();
  const { client, machines } = await serving({}, { ...systemClock, now: () => now });
  const request = createRequest();
  await client.delete({ id: "", uid: request.uid });
  await expect(client.create(request)).rejects.toMatchObject({ reason: "CONFLICT" });
  expect(machines.size).toBe(0);
  now += 10 * 60_000;
  await client.create(request);
  expect(machines.size).toBe(1);
});

test("a Delete that failed does not bar its uid", async () => {
  let fail = true;
  const { client } = await serving({
    delete: () => (fail ? Promise.reject(new ProviderError("UNAVAILABLE", "no answer")) : Promise.resolve(undefined)),
  });
  const request = createRequest();
  await client.create(request);
  await expect(client.delete({ id: "m-1", uid: request.uid })).rejects.toMatchObject({ reason: "UNAVAILABLE" });
  fail = false;
  await expect(client.create(request)).resolves.toMatchObject({ virtualMachine: { id: "m-1" } });
});

test("a provider that answers a machine without id, or a task without ref, is INTERNAL with words for its author", async () => {
  const { client } = await serving({
    create: () => Promise.resolve({ virtualMachine: machine({ id: "" }) }),
    power: () => Promise.resolve(""),
  });
  await expect(client.create(createRequest())).rejects.toMatchObject({
    reason: "INTERNAL",
    message: expect.stringContaining("without id"),
  });
  const power = client.power({ id: "m", uid: uid(), operation: PowerOperation.ON, gracefulTimeout: undefined });
  await expect(power).rejects.toMatchObject({ reason: "INTERNAL", message: expect.stringContaining("ref is empty") });
});

test("what capabilities do not declare is UNSUPPORTED before the provider is asked", async () => {
  const create = vi.fn();
  const power = vi.fn();
  const { client } = await serving({ create, power });
  const fromDisk = createRequest();
  if (fromDisk.spec) fromDisk.spec.source = { $case: "disk", value: "d" };
  await expect(client.create(fromDisk)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  const linked = createRequest();
  if (linked.spec) linked.spec.source = { $case: "virtualMachine", value: { id: "m", snapshotId: "", linked: true } };
  await expect(client.create(linked)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  const withTpm = createRequest();
  if (withTpm.spec?.hardware) withTpm.spec.hardware.tpm = true;
  await expect(client.create(withTpm)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  const reset = client.power({ id: "m", uid: "", operation: PowerOperation.RESET, gracefulTimeout: undefined });
  await expect(reset).rejects.toMatchObject({ reason: "UNSUPPORTED", message: expect.stringContaining("RESET") });
  const option = createRequest();
  if (option.spec) option.spec.options = { colour: "red" };
  await expect(client.create(option)).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "spec.options.colour" }] });
  expect(create).not.toHaveBeenCalled();
  expect(power).not.toHaveBeenCalled();
});
