import {
  credentials,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import { createProviderClient, defaultDeadlinesMs, type ProviderClient, type ProviderClientOptions } from "./client";
import { durationFromMs } from "./duration";
import { ProviderError, toServiceStatus } from "./error";
import { VirtualMachine } from "./gen/grpc/remuda/provider/v1/machine";
import {
  IsTaskCompleteResponse,
  type ListVirtualMachinesResponse,
  ProviderServiceService,
  WatchVirtualMachinesResponse,
} from "./gen/grpc/remuda/provider/v1/provider";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A server that has only the given calls, and a client of it. */
async function connect(calls: UntypedServiceImplementation, deadlinesMs?: ProviderClientOptions["deadlinesMs"]): Promise<ProviderClient> {
  const server = new Server();
  const names = Object.keys(calls);
  const definition = Object.fromEntries(Object.entries(ProviderServiceService).filter(([name]) => names.includes(name)));
  server.addService(definition, calls);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const client = createProviderClient({ address: `127.0.0.1:${port}`, credentials: credentials.createInsecure(), deadlinesMs });
  cleanups.push(() => {
    client.close();
    server.forceShutdown();
  });
  return client;
}

describe("a client's calls", () => {
  test("fail with TIMEOUT when their own deadline has passed", async () => {
    const client = await connect({ describe: () => {} }, { describe: 50 });
    await expect(client.describe({ id: "vm-1", uid: "" })).rejects.toMatchObject({ reason: "TIMEOUT", retryable: true });
    await expect(client.describe({ id: "vm-1", uid: "" }, { deadlineMs: 20 })).rejects.toMatchObject({ reason: "TIMEOUT" });
  });

  test("read an integer that is too large for a number as the largest, so that one machine spoils no list", async () => {
    const machines = [
      VirtualMachine.fromPartial({ id: "vm-1", hardware: { memoryMib: 2 ** 60 } }),
      VirtualMachine.fromPartial({ id: "vm-2", hardware: { memoryMib: 512 } }),
    ];
    const client = await connect({
      listVirtualMachines: (_call: unknown, answer: sendUnaryData<ListVirtualMachinesResponse>) =>
        answer(null, { virtualMachines: machines, nextPageToken: "" }),
    });
    const { virtualMachines } = await client.listVirtualMachines({ owner: "", pageSize: 0, pageToken: "" });
    expect(virtualMachines.map(({ hardware }) => hardware?.memoryMib)).toEqual([Number.MAX_SAFE_INTEGER, 512]);
  });

  test("take answers beyond the 4 MiB that gRPC takes by itself", async () => {
    const machine = VirtualMachine.fromPartial({ id: "vm-1", name: "x".repeat(15 << 20) });
    const client = await connect({
      listVirtualMachines: (_call: unknown, answer: sendUnaryData<ListVirtualMachinesResponse>) =>
        answer(null, { virtualMachines: [machine], nextPageToken: "" }),
    });
    const { virtualMachines } = await client.listVirtualMachines({ owner: "", pageSize: 0, pageToken: "" });
    expect(virtualMachines[0]?.name).toHaveLength(15 << 20);
  });

  test("give a long-poll its wait on top of the deadline", async () => {
    const client = await connect(
      {
        isTaskComplete: (_call: unknown, answer: (e: null, r: IsTaskCompleteResponse) => void) =>
          setTimeout(() => answer(null, IsTaskCompleteResponse.fromPartial({ done: true })), 150),
      },
      { isTaskComplete: 100 },
    );
    await expect(client.isTaskComplete({ taskRef: "t", wait: undefined })).rejects.toMatchObject({ reason: "TIMEOUT" });
    await expect(client.isTaskComplete({ taskRef: "t", wait: durationFromMs(2_000) })).resolves.toMatchObject({ done: true });
  });

  test("end with INTERRUPTED when the caller aborts, before and while they run", async () => {
    const abort = new AbortController();
    let told: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      told = resolve;
    });
    const client = await connect({ describe: () => told() });
    const call = client.describe({ id: "vm-1", uid: "" }, { signal: abort.signal });
    await arrived;
    abort.abort();
    await expect(call).rejects.toMatchObject({ reason: "INTERRUPTED" });
    await expect(client.describe({ id: "vm-1", uid: "" }, { signal: abort.signal })).rejects.toMatchObject({ reason: "INTERRUPTED" });
  });

  test("are UNAVAILABLE when nobody listens, and UNSUPPORTED when the server lacks the call", async () => {
    const client = await connect({ describe: () => {} });
    await expect(client.validate({})).rejects.toMatchObject({ reason: "UNSUPPORTED" });
    const nobody = createProviderClient({ address: "127.0.0.1:1", credentials: credentials.createInsecure() });
    cleanups.push(() => nobody.close());
    await expect(nobody.validate({})).rejects.toMatchObject({ reason: "UNAVAILABLE", message: "connect ECONNREFUSED 127.0.0.1:1" });
  });

  test("carry the request id", async () => {
    const seen: unknown[] = [];
    const client = await connect({
      describe: (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
        seen.push(...call.metadata.get("x-request-id"));
        answer(toServiceStatus(new ProviderError("NOT_FOUND", "no machine vm-1")));
      },
    });
    await expect(client.describe({ id: "vm-1", uid: "" }, { requestId: "r-17" })).rejects.toMatchObject({
      reason: "NOT_FOUND",
      message: "no machine vm-1",
    });
    expect(seen).toEqual(["r-17"]);
  });
});

describe("a client's streams", () => {
  const message = WatchVirtualMachinesResponse.fromPartial({ events: [{ event: { $case: "bookmark", value: {} } }] });
  type Watch = ServerWritableStream<unknown, WatchVirtualMachinesResponse>;

  test("give what came, then the error", async () => {
    const client = await connect({
      watchVirtualMachines: (call: Watch) => {
        call.write(message);
        call.emit("error", toServiceStatus(new ProviderError("UNAVAILABLE", "fell behind", { retryAfterMs: 10 })));
      },
    });
    const got: unknown[] = [];
    const read = async () => {
      for await (const item of client.watchVirtualMachines({ owner: "" })) got.push(item);
    };
    await expect(read()).rejects.toMatchObject({ reason: "UNAVAILABLE", message: "fell behind", retryAfterMs: 10 });
    expect(got).toHaveLength(1);
  });

  test("are not begun for a caller who has aborted", async () => {
    let begun = 0;
    const client = await connect({
      watchVirtualMachines: (call: Watch) => {
        begun++;
        call.write(message);
        call.end();
      },
    });
    const first = client.watchVirtualMachines({ owner: "" }, { signal: AbortSignal.abort() }).next();
    await expect(first).rejects.toMatchObject({ reason: "INTERRUPTED" });
    expect(begun).toBe(0);
  });

  test("are cancelled on the server when the reader leaves", async () => {
    let cancelled: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const client = await connect({
      watchVirtualMachines: (call: Watch) => {
        call.on("cancelled", cancelled);
        call.write(message);
      },
    });
    for await (const _ of client.watchVirtualMachines({ owner: "" })) break;
    await expect(left).resolves.toBe("cancelled");
  });
});

test("every RPC of the contract that answers once has a deadline", () => {
  const rpcs = Object.values(ProviderServiceService).filter((rpc) => !rpc.responseStream);
  const names = rpcs.map((rpc) => rpc.path.split("/").pop() ?? "").map((name) => name.charAt(0).toLowerCase() + name.slice(1));
  expect(Object.keys(defaultDeadlinesMs)).toEqual(expect.arrayContaining(names));
});
