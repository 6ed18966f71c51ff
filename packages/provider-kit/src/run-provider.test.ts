import { link, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient, PowerOperation } from "@remuda/contract";
import { describe, expect, test, vi } from "vitest";
import { readConfig, UsageError } from "./config";
import { createGate } from "./gate";
import type { Provider } from "./provider";
import { type Process, runProvider } from "./run-provider";
import { createTestProvider, serve, uid } from "./test-provider";

const flags = {
  hosts: { description: "how many", value: "NUMBER", default: "3" },
  account: { description: "whose", value: "NAME" },
  url: { description: "where the platform is", value: "URL", required: true },
  quick: { description: "don't wait" },
} as const;

/** A process that only writes down what is done to it. */
function fakeProcess(args: string[], environment: Record<string, string> = {}) {
  const told = { out: "", err: "", exits: [] as number[] };
  const listeners = new Map<string, () => void>();
  const host: Process = {
    args,
    environment,
    stdout: { write: (text) => (told.out += text) },
    stderr: { write: (text) => (told.err += text) },
    on: (signal, listener) => listeners.set(signal, listener),
    exit: (status) => told.exits.push(status),
  };
  return { host, told, signal: (name: string) => listeners.get(name)?.() };
}

async function run(args: string[], provider: Provider = createTestProvider().provider, environment?: Record<string, string>) {
  const fake = fakeProcess(args, environment);
  const create = vi.fn(() => Promise.resolve(provider));
  await runProvider({ name: "provider-test", version: "1.2.3", about: "for tests", flags, create }, fake.host);
  return { ...fake, create };
}

const quiet = ["--log-level", "silent", "--listen", "127.0.0.1:0", "--url", "x"];

describe("flags", () => {
  const read = (args: string[], environment: Record<string, string> = {}) => {
    const config = readConfig(flags, args, environment);
    if (config.show !== undefined) throw new Error(config.show);
    return config;
  };

  test("own flags have their defaults; switches are false unless given", () => {
    expect(read(["--url", "u"]).flags).toEqual({ hosts: "3", account: undefined, url: "u", quick: false });
    expect(read(["--url=u", "--quick", "--hosts", "5"]).flags).toMatchObject({ hosts: "5", quick: true });
  });

  test("the environment stands in for what the command line leaves out", () => {
    const environment = { REMUDA_URL: "e", REMUDA_LISTEN: "127.0.0.1:1", REMUDA_QUICK: "true", REMUDA_QPS: "5", REMUDA_HTTP_LISTEN: "" };
    const { flags: own, options } = read(["--listen", "127.0.0.1:2"], environment);
    expect(own).toMatchObject({ url: "e", quick: true });
    expect(options).toMatchObject({
      listen: "127.0.0.1:2",
      httpListen: undefined,
      limits: { qps: 5, burst: 2000, maxConcurrentCalls: 64 },
    });
    expect(read(["--url", "u"]).options).toMatchObject({ listen: "127.0.0.1:7710", insecure: false, log: "info", tls: undefined });
  });

  test("/metrics off loopback is served only where that is said by name", () => {
    for (const said of ["--http-insecure", "--insecure"])
      expect(read(["--url", "u", "--http-listen", "0.0.0.0:8080", said]).options.httpListen).toBe("0.0.0.0:8080");
  });

  test.each<[string[], Record<string, string>, string]>([
    [["--url", "u", "--nonsense"], {}, "--nonsense"],
    [["--url", "u", "more"], {}, "more"],
    [["--hosts"], {}, "--hosts"],
    [[], {}, "--url URL is required: where the platform is"],
    [["--url", "u", "--qps", "many"], {}, '--qps must be a number above 0; it is "many"'],
    [["--url", "u", "--burst", "0"], {}, "--burst"],
    [["--url", "u", "--log-level", "loud"], {}, "--log-level must be one of trace, debug"],
    [["--url", "u", "--tls-cert", "c"], {}, "--tls-cert and --tls-key go together"],
    [["--url", "u", "--tls-client-ca", "c"], {}, "--tls-client-ca needs"],
    [["--url", "u", "--http-listen", "0.0.0.0:8080"], {}, "--http-listen 0.0.0.0:8080 is not loopback"],
    [["--url", "u"], { REMUDA_INSECURE: "maybe" }, "REMUDA_INSECURE must be true or false"],
  ])("%j with %j is refused", (args, environment, message) => {
    expect(() => read(args, environment)).toThrow(UsageError);
    expect(() => read(args, environment)).toThrow(message);
  });
});

test("--help and --version print and end with 0, also without what is required", async () => {
  const help = await run(["--help"]);
  expect(help.told).toMatchObject({ err: "", exits: [0] });
  expect(help.told.out).toContain("--url URL");
  expect(help.told.out).toContain("--tls-client-ca FILE");
  expect(help.create).not.toHaveBeenCalled();
  expect((await run(["--version"])).told).toEqual({ out: "provider-test 1.2.3\n", err: "", exits: [0] });
});

test("a wrong command line is one line on standard error, and status 2", async () => {
  const { told, create } = await run(["--url", "u", "--qps", "x"]);
  expect(told).toEqual({ out: "", err: 'provider-test: --qps must be a number above 0; it is "x"\n', exits: [2] });
  expect(create).not.toHaveBeenCalled();
});

test("a port in use is status 1 and says what to do; the provider is closed", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const address = other.address();
  const port = typeof address === "object" ? address?.port : 0;
  const close = vi.fn(() => Promise.resolve());
  const { told } = await run(
    ["--url", "u", "--log-level", "silent", "--listen", `127.0.0.1:${port}`],
    createTestProvider({ close }).provider,
  );
  expect(told.exits).toEqual([1]);
  expect(told.err).toBe(
    `provider-test: cannot listen on 127.0.0.1:${port}: the address is in use by another process; end that one, or choose another address\n`,
  );
  expect(close).toHaveBeenCalledTimes(1);
  other.close();
});

test("a signal ends it with 0 once calls are done; a second one at once", async () => {
  const close = vi.fn(() => Promise.resolve());
  const graceful = await run(quiet, createTestProvider({ close }).provider);
  graceful.signal("SIGTERM");
  await vi.waitFor(() => expect(graceful.told.exits).toEqual([0]));
  expect(close).toHaveBeenCalledTimes(1);
  const impatient = await run(quiet);
  impatient.signal("SIGINT");
  impatient.signal("SIGINT");
  expect(impatient.told.exits).toEqual([130]);
  await vi.waitFor(() => expect(impatient.told.exits).toEqual([130, 0]));
});

test.each(["0.0.0.0:0", "[::]:0", "192.0.2.1:7710", "example.org:1"])("%s in plaintext is refused, and says what to do", async (listen) => {
  const started = serve(createTestProvider().provider, { listen });
  await expect(started).rejects.toMatchObject({ name: "StartError", message: expect.stringMatching(/--tls-cert .* --insecure/) });
});

test("0.0.0.0 in plaintext is served when insecure is said", async () => {
  const served = await serve(createTestProvider().provider, { listen: "0.0.0.0:0", insecure: true });
  expect(served.running.address).toMatch(/^0\.0\.0\.0:\d+$/);
  await served.close();
});

test.each(["7710", "host", "host:port", "127.0.0.1:70000", ""])("%j is no address to listen on", async (listen) => {
  await expect(serve(createTestProvider().provider, { listen })).rejects.toMatchObject({ name: "StartError" });
});

test("a unix socket is served, also where a killed process left its file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "remuda-unix-"));
  const listen = `unix:${join(folder, "provider.sock")}`;
  // A file at the path to which nobody listens, as kill -9 leaves it.
  const left = createServer().listen(join(folder, "real.sock"));
  await new Promise((resolve) => left.once("listening", resolve));
  await link(join(folder, "real.sock"), join(folder, "provider.sock"));
  await new Promise((resolve) => left.close(resolve));
  const served = await serve(createTestProvider().provider, { listen });
  expect((await served.client.validate({})).platform).toBe("test");
  await expect(serve(createTestProvider().provider, { listen })).rejects.toMatchObject({ message: expect.stringContaining("in use") });
  await served.close();
  await rm(folder, { recursive: true });
});

describe("stopping", () => {
  const on = { operation: PowerOperation.ON, gracefulTimeout: undefined };

  test("calls under way finish, new connections are refused", async () => {
    const power = createGate();
    const { client, running, close } = await serve(createTestProvider({ power: () => power.pass() }).provider);
    const call = client.power({ id: "m", uid: uid(), ...on });
    await power.arrived;
    const closing = running.close();
    expect(running.ready()).toBe(false);
    const late = createProviderClient({ address: running.address, credentials: credentials.createInsecure() });
    await expect(late.validate({}, { deadlineMs: 1_000 })).rejects.toMatchObject({ name: "ProviderError" });
    late.close();
    power.open(undefined);
    await expect(call).resolves.toMatchObject({ task: undefined });
    await closing;
    await close();
  });

  test("what does not finish in time is broken off, and its signal aborts", async () => {
    const power = createGate();
    let signal: AbortSignal | undefined;
    const { client, running, close } = await serve(
      createTestProvider({
        power(_key, _op, given) {
          signal = given;
          return power.pass();
        },
      }).provider,
      { drainTimeoutMs: 50 },
    );
    const call = client.power({ id: "m", uid: uid(), ...on });
    const lost = expect(call).rejects.toMatchObject({ name: "ProviderError" });
    await power.arrived;
    await running.close();
    await lost;
    await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    power.open(undefined);
    await close();
  });
});
