import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveTarget } from "./connection";
import { type FakeManager, startFakeManager } from "./testing/fake-manager";
import { createContext, type RunOptions, runCli } from "./testing/run-cli";

let manager: FakeManager;
beforeEach(async () => {
  manager = await startFakeManager();
});
afterEach(() => manager.close());
const cli = (line: string | readonly string[], options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });
const apiVersion = "remuda.dev/v1alpha1";
const vm = (name: string, spec: object = {}) =>
  JSON.stringify({ apiVersion, kind: "VirtualMachine", metadata: { name }, spec: { provider: "sim", image: "debian-12", ...spec } });
const provider = JSON.stringify({ apiVersion, kind: "Provider", metadata: { name: "sim" }, spec: { address: "127.0.0.1:7710" } });
const network = JSON.stringify({ apiVersion, kind: "VMNetwork", metadata: { name: "lan" }, spec: { network: "lan" } });
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("references to what is not there", () => {
  it("are warned of with file, line, field and the nearest name, and are no error", async () => {
    const result = await cli("apply -f -", { stdin: `${provider}\n---\n${vm("web-1", { image: "debain-12" })}` });
    expect(result).toMatchObject({ status: 0, out: "provider/sim created\nvirtualmachine/web-1 created\n" });
    expect(result.err).toBe(
      "warning: stdin:3: VirtualMachine/web-1: spec.image: there is no VMImage debain-12 yet; did you mean debian-12?\n",
    );
    expect((await cli("apply --dry-run -f -", { stdin: vm("web-2") })).err).toContain("there is no VMImage debian-12 yet\n");
  });

  it("are not warned of where a later request of the same apply brings them", async () => {
    const spec = { address: "127.0.0.1:7710", defaults: { network: "lan" } };
    const many = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({ apiVersion, kind: "Provider", metadata: { name: `sim-${i}` }, spec }),
    );
    const result = await cli("apply -f -", { stdin: [...many, network].join("\n---\n") });
    expect([manager.applied.map((a) => a.length), result.status, result.err]).toEqual([[25, 6], 0, ""]);
  });

  it("show as a reason in the wide table, where what is ready has none", async () => {
    await cli("apply -f -", { stdin: `${vm("web-1")}\n---\n${vm("web-2")}` });
    const ready = (status: string, reason: string) => ({ conditions: [{ type: "Ready", status, reason, message: "m" }] });
    manager.setStatus("VirtualMachine", "web-1", { phase: "Pending", ...ready("False", "ImageNotFound") });
    manager.setStatus("VirtualMachine", "web-2", { phase: "Running", ...ready("True", "AsDeclared") });
    const { out } = await cli("get vm -o wide");
    expect(out).toMatch(/ REASON\nweb-1 .* ImageNotFound\nweb-2 .* -\n$/);
  });
});

describe("what is being deleted", () => {
  beforeEach(async () => {
    await cli("apply -f -", { stdin: `${vm("web-1")}\n---\n${network}` });
  });

  it("shows in every table", async () => {
    await cli("delete vm web-1 --no-wait");
    expect((await cli("get vm")).out).toMatch(/^web-1 .* Deleting /m);
    const lan = manager.resources.get("VMNetwork/lan");
    if (lan) manager.resources.set("VMNetwork/lan", { ...lan, metadata: { ...lan.metadata, deletionTimestamp: "2026-01-01T00:01:00Z" } });
    expect((await cli("get network")).out).toMatch(/^lan .* 5m, being deleted$/m);
  });

  it("is not applied again, and the message says what to wait for", async () => {
    await cli("delete vm web-1 --no-wait");
    const result = await cli("apply -f -", { stdin: vm("web-1") });
    expect(result).toMatchObject({ status: 4, out: "" });
    expect(result.err).toBe(
      "error: stdin:1: VirtualMachine/web-1: VirtualMachine/web-1 is being deleted\n  wait for it with `remuda wait virtualmachine web-1 --for delete`\n",
    );
  });

  it("can be forced twice", async () => {
    expect((await cli("delete vm web-1 --no-wait --force")).status).toBe(0);
    const applied = manager.applied.length;
    expect((await cli("delete vm web-1 --no-wait --force")).status).toBe(0);
    expect(manager.applied.length).toBe(applied);
  });
});

describe("describe", () => {
  it("tells the events of this machine, not of one that had its name before", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    expect((await cli("describe vm web-1")).out).toContain("made on the platform (2 times)");
    expect((await cli("events vm web-1")).out).toContain("or the one before was");
    expect((await cli("describe vm nobody")).err).toContain("`remuda events virtualmachine nobody` tells what happened");
  });

  it("stays within 60 columns, and cuts nothing off", async () => {
    await cli("apply -f -", { stdin: vm("a-machine-with-a-rather-long-name", { options: { note: "words ".repeat(30).trim() } }) });
    const message = "there is no VMImage debain-12; apply one of that name, or name another in spec.image";
    manager.setStatus("VirtualMachine", "a-machine-with-a-rather-long-name", {
      phase: "Pending",
      conditions: [
        { type: "RestartRequired", status: "False", reason: "ImageNotFound", message, lastTransitionTime: "2026-01-01T00:04:30Z" },
      ],
    });
    const { out } = await cli("describe vm a-machine-with-a-rather-long-name", { columns: 60, config: { plain: true } });
    expect(widest(out)).toBeLessThanOrEqual(60);
    expect(out.replace(/\s+/g, " ")).toContain(message);
    expect(out.match(/words/g)).toHaveLength(30);
    for (const line of ["get vm", "providers", "events", "explain"]) {
      expect([line, widest((await cli(line, { columns: 60, config: { plain: true } })).out) <= 60]).toEqual([line, true]);
    }
  });
});

describe("a server's address", () => {
  it("has the usual port where none is said, but a URL that of its scheme", () => {
    const { config } = createContext({}).context;
    const address = (server: string) => resolveTarget(config, { server, insecure: true }).url;
    expect(["127.0.0.1", "[::1]", "remuda.example", "127.0.0.1:80", "https://remuda.example"].map(address)).toEqual([
      "http://127.0.0.1:7700",
      "http://[::1]:7700",
      "http://remuda.example:7700",
      "http://127.0.0.1",
      "https://remuda.example",
    ]);
  });
});

describe("what is missing or mistyped on the command line", () => {
  it.each([
    ["wait vm web-1 --for condition=Redy", "did you mean condition=Ready?"],
    ["wait vm web-1 --for phase=running", "did you mean phase=Running?"],
    ["wait vm web-1", "such as: remuda wait vm web-1 --for condition=Ready; see `remuda help wait`"],
    ["wait vm --for delete", "such as: remuda wait vm web-1"],
    ["get", "such as: remuda get vm; see `remuda help get`"],
    ["describe vm", "such as: remuda describe vm web-1"],
    ["power off", "such as: remuda power off web-1"],
    ["delete", "such as: remuda delete vm web-1"],
    ["apply", "such as: remuda apply -f web.yaml"],
    ["providers describe", "such as: remuda providers describe sim"],
  ])("%s: says what would be right", async (line, hint) => {
    expect(await cli(line)).toMatchObject({ status: 2, out: "", err: expect.stringContaining(hint) });
  });

  it("a condition that nobody knows is waited for, with a warning", async () => {
    const result = await cli("wait vm web-1 --for condition=Blessed --timeout 50ms");
    expect(result).toMatchObject({
      status: 5,
      err: expect.stringMatching(/^warning: a VirtualMachine has no condition Blessed .* it has .*Ready/),
    });
  });
});

describe("a name that is not there", () => {
  it.each(["get vm web1", "describe vm web1", "edit vm web1", "power off web1"])("%s: names the nearest", async (line) => {
    await cli("apply -f -", { stdin: vm("web-1") });
    expect(await cli(line)).toMatchObject({ status: 3, out: "", err: expect.stringMatching(/web1.*\n {2}did you mean web-1\?\n$/) });
  });
});

describe("Ctrl-C", () => {
  it.each([
    ["delete vm web-1", "goes on being deleted without this command"],
    ["wait vm web-1 --for phase=Stopped", "goes on without this command"],
    ["power off web-1 --wait", "go on to it without this command"],
  ])("in %s says what goes on", async (line, hint) => {
    await cli("apply -f -", { stdin: vm("web-1") });
    const stop = new AbortController();
    const running = cli(line, { signal: stop.signal });
    await manager.watched(1);
    stop.abort();
    expect(await running).toMatchObject({ status: 130, err: expect.stringMatching(new RegExp(`error: interrupted\n.*${hint}`)) });
  });
});
