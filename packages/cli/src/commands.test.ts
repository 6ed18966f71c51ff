import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApi } from "./api/api";
import { resolveTarget } from "./connection";
import { waitUntilGone } from "./deletion";
import { type FakeManager, type FakeManagerOptions, startFakeManager } from "./testing/fake-manager";
import { createContext, type RunOptions, runCli } from "./testing/run-cli";

let manager: FakeManager;
let folder: string;
const start = async (options: FakeManagerOptions = {}) => {
  await manager?.close();
  manager = await startFakeManager(options);
};
const cli = (line: string | readonly string[], options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const vm = (name: string, spec: object = {}) =>
  JSON.stringify({
    apiVersion: "remuda.dev/v1alpha1",
    kind: "VirtualMachine",
    metadata: { name, labels: { app: name.split("-")[0] } },
    spec: { provider: "sim", image: "debian-12", ...spec },
  });
const list = (...items: string[]) => `{"apiVersion": "v1", "kind": "List", "items": [${items.join(",")}]}`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "remuda-cli-"));
  await start();
});
afterEach(async () => {
  await manager.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("apply", () => {
  it("creates, leaves alone and changes, and says which", async () => {
    const path = file("web.json", vm("web-1"));
    expect(await cli(`apply -f ${path}`)).toMatchObject({ status: 0, out: "virtualmachine/web-1 created\n" });
    expect((await cli(`apply -f ${path}`)).out).toBe("virtualmachine/web-1 unchanged\n");
    file("web.json", vm("web-1", { powerState: "Off" }));
    expect((await cli(`apply -f ${path}`)).out).toBe("virtualmachine/web-1 configured\n");
  });

  it("applies what others refer to first", async () => {
    const provider = `apiVersion: remuda.dev/v1alpha1\nkind: Provider\nmetadata: {name: sim}\nspec: {address: "127.0.0.1:7710"}\n`;
    const result = await cli("apply -f -", { stdin: `${vm("web-1")}\n---\n${provider}` });
    expect(result).toMatchObject({ status: 0, out: "provider/sim created\nvirtualmachine/web-1 created\n" });
  });

  it("changes nothing in a dry run", async () => {
    expect((await cli("apply --dry-run -f -", { stdin: vm("web-1") })).out).toBe("virtualmachine/web-1 would be created\n");
    expect(manager.resources.size).toBe(0);
  });

  it("sends nothing when one of several files is wrong", async () => {
    const good = file("a.yaml", vm("web-1"));
    const bad = file("b.yaml", "apiVersion: x\nkind: [\n");
    const result = await cli(`apply -f ${good} -f ${bad}`);
    expect(result.status).toBe(7);
    expect(result.err).toContain(`${bad}:3:1: `);
    expect(manager.applied).toEqual([]);
  });

  it("shows a refused field with its file and line, and what was not applied", async () => {
    const text = `${vm("web-1")}\n---\napiVersion: remuda.dev/v1alpha1\nkind: VirtualMachine\nmetadata:\n  name: web-2\nspec:\n  provider: sim\n  disks:\n    - name: root\n      sizeGiB: 0\n---\n${vm("web-3")}\n`;
    const path = file("three.yaml", text);
    const result = await cli(`apply -f ${path}`);
    expect(result.status).toBe(7);
    expect(result.out).toBe("virtualmachine/web-1 applied\n");
    expect(result.err).toContain(`${path}:3: VirtualMachine/web-2: is not valid\n  ${path}:11: spec.disks[0].sizeGiB: `);
    expect(result.err).toContain("not applied: VirtualMachine/web-3");
  });

  it("says which ones of a batch were applied before the refused one", async () => {
    const result = await cli("apply -f -", { stdin: list(vm("web-1"), vm("web-2", { nonsense: 1 })) });
    expect(result).toMatchObject({ status: 7, out: "virtualmachine/web-1 applied\n" });
    expect(manager.resources.size).toBe(1);
  });

  it("does not doubt what the manager says that it did not save", async () => {
    const problem = "the store can't grow: its disk is full; nothing is saved until there is room";
    await start({ problem });
    const { status, err } = await cli("apply -f -", { stdin: list(vm("web-1"), vm("web-2")) });
    expect(status).toBe(6);
    expect(err).toContain(
      `stdin:1: VirtualMachine/web-1: the manager at ${manager.address}: ${problem}\nnot applied: VirtualMachine/web-2\n`,
    );
    expect(err).not.toContain("nothing says");
  });

  it("warns of a Provider that names the simulator's usual address where this home's listens elsewhere", async () => {
    file("connection.json", JSON.stringify({ address: manager.address, simAddress: "127.0.0.1:7901" }));
    const stdin = `apiVersion: remuda.dev/v1alpha1\nkind: Provider\nmetadata: {name: sim}\nspec:\n  address: 127.0.0.1:7710\n`;
    const warning = "warning: this home's simulator listens at 127.0.0.1:7901; stdin:5 says 127.0.0.1:7710\n";
    expect(await runCli("apply -f -", { stdin, home: folder })).toMatchObject({ status: 0, err: warning });
    expect((await runCli("apply -f -", { stdin: stdin.replace("7710", "7901"), home: folder })).err).toBe("");
    expect((await cli("apply -f -", { stdin, home: folder })).err).toBe("");
  });

  it("takes a folder, and folders in it with -R", async () => {
    file("a.yaml", vm("web-1"));
    file("notes.txt", "not yaml: [");
    expect((await cli(`apply -f ${folder}`)).out).toBe("virtualmachine/web-1 created\n");
    expect(await cli(`apply -R -f ${folder}/nowhere`)).toMatchObject({ status: 3 });
  });
});

describe("get", () => {
  it("prints the columns that the kind declares", async () => {
    await cli("apply -f -", { stdin: list(vm("web-1"), vm("database-1")) });
    manager.setStatus("VirtualMachine", "web-1", { phase: "Running", powerState: "On", addresses: ["10.0.0.2", "fd00::2"] });
    expect((await cli("get vm")).out).toBe(
      [
        "NAME         PROVIDER   CLASS   STATUS    POWER   ADDRESSES          AGE",
        "web-1        sim        -       Running   On      10.0.0.2,fd00::2   5m",
        "database-1   sim        -       -         -       -                  5m",
        "",
      ].join("\n"),
    );
    expect((await cli("get vm -o wide")).out).toContain("IMAGE");
    expect((await cli("get vm -o name")).out).toBe("virtualmachine/web-1\nvirtualmachine/database-1\n");
  });

  it("walks through every page with one heading", async () => {
    await start({ pageSize: 2 });
    await cli("apply -f -", { stdin: list(...["a", "b", "c", "d", "e"].map((n) => vm(n))) });
    const { out } = await cli("get vm");
    expect(out.split("\n").filter((l) => l.startsWith("NAME"))).toHaveLength(1);
    expect(out.trim().split("\n")).toHaveLength(6);
  });

  it("gives up on a list whose pages never end", async () => {
    await start({ pageSize: 0 });
    await cli("apply -f -", { stdin: list(vm("a")) });
    expect(await cli("get vm")).toMatchObject({
      status: 1,
      err: expect.stringContaining("the same page of VirtualMachine again and again"),
    });
  });

  it("prints JSON that parses and YAML that can be applied again", async () => {
    await cli("apply -f -", { stdin: list(vm("web-1"), vm("web-2")) });
    expect(JSON.parse((await cli("get vm -o json")).out).items).toHaveLength(2);
    expect(JSON.parse((await cli("get vm web-1 -o json")).out).metadata.name).toBe("web-1");
    expect(JSON.parse((await cli("get image -o json")).out).items).toEqual([]);
    const yaml = (await cli("get vm -o yaml")).out;
    expect((await cli("apply -f -", { stdin: yaml })).out).toBe("virtualmachine/web-1 unchanged\nvirtualmachine/web-2 unchanged\n");
  });

  it("tells a selection that matches nothing from a kind that there is none of", async () => {
    expect((await cli("get vm")).err).toBe("there are no virtualmachines yet\n");
    await cli("apply -f -", { stdin: vm("web-1") });
    expect((await cli("get vm --field-selector status.phase=Running")).err).toBe("no virtualmachines match status.phase=Running\n");
    expect((await cli("get vm -l app=db --field-selector status.phase=Running")).err).toBe(
      "no virtualmachines match app=db and status.phase=Running\n",
    );
  });

  it("notes a column of a field that the kind can't have", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    expect(await cli("get vm -o custom-columns=N:.metadata.name,X:.spec.powerSate,L:.metadata.labels.app")).toMatchObject({
      status: 0,
      out: expect.stringContaining("web-1"),
      err: "note: a VirtualMachine has no field .spec.powerSate; did you mean .spec.powerState?\n",
    });
  });

  it("selects by label", async () => {
    await cli("apply -f -", { stdin: list(vm("web-1"), vm("db-1")) });
    expect((await cli("get vm -l app=db -o name")).out).toBe("virtualmachine/db-1\n");
  });

  it("shows several kinds, each with its kind before the name", async () => {
    const applied = await cli("apply -f -", {
      stdin: list(
        vm("web-1"),
        '{"apiVersion":"remuda.dev/v1alpha1","kind":"VMNetwork","metadata":{"name":"lan"},"spec":{"network":"lan"}}',
      ),
    });
    expect(applied.status).toBe(0);
    expect((await cli("get all")).out).toMatch(/virtualmachine\/web-1 .*\n\nNAME .*\nvmnetwork\/lan /);
  });

  it("fits a table to the window, and never cuts names", async () => {
    await cli("apply -f -", { stdin: vm("a-machine-with-a-rather-long-name") });
    manager.setStatus("VirtualMachine", "a-machine-with-a-rather-long-name", {
      addresses: Array.from({ length: 9 }, (_, i) => `10.0.0.${i}`),
    });
    const { out } = await cli("get vm", { columns: 100, config: { plain: true } });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain("a-machine-with-a-rather-long-name");
  });

  it("escapes controls that the server sends", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    manager.setStatus("VirtualMachine", "web-1", { phase: "\u001b]0;owned\u0007", host: "\u009b2J" });
    for (const output of ["", "-o wide", "-o json", "-o yaml"]) {
      const { out } = await cli(`get vm ${output}`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(out).not.toMatch(/[\u001b\u0007\u009b]/);
    }
    expect((await cli("get vm")).out).toContain("\\x1b]0;owned\\x07");
  });

  it("names the nearest kind, and what is not there", async () => {
    expect(await cli("get virtualmachin")).toMatchObject({ status: 3, err: expect.stringContaining("did you mean virtualmachine?") });
    expect(await cli("get vm nobody")).toMatchObject({ status: 3, err: expect.stringContaining("nobody") });
  });

  it("goes on watching over a broken connection without telling anything twice", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    const stop = new AbortController();
    let seen = (_: string) => {};
    const shown = (name: string) =>
      new Promise<void>((done) => {
        seen = (text) => {
          if (text.includes(name)) done();
        };
      });
    const first = shown("web-1");
    const watching = cli("get vm -w -o name", { signal: stop.signal, onOut: (text) => seen(text) });
    await first;
    const second = shown("web-2");
    manager.dropConnections();
    await cli("apply -f -", { stdin: vm("web-2") });
    await second;
    const third = shown("web-3");
    await cli("apply -f -", { stdin: vm("web-3") });
    await third;
    stop.abort();
    expect((await watching).out).toBe("virtualmachine/web-1\nvirtualmachine/web-2\nvirtualmachine/web-3\n");
  });
});

describe("delete", () => {
  it("waits until the machine is gone", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    const deleting = cli("delete vm web-1");
    await manager.watched(1);
    manager.remove("VirtualMachine", "web-1");
    expect(await deleting).toMatchObject({ status: 0, out: expect.stringMatching(/virtualmachine\/web-1 deleted\n$/) });
  });

  it("counts a new machine with the same name as gone", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    const { context, stdout } = createContext({ server: manager.address });
    const api = openApi(resolveTarget(context.config, {}), { signal: context.signal });
    await waitUntilGone(context, api, [{ kind: "VirtualMachine", name: "web-1", uid: "that of the one before" }], {
      text: "5s",
      ms: 5_000,
    });
    api.close();
    expect(stdout.text).toBe("virtualmachine/web-1 deleted\n");
  });

  it("gives up after the timeout and says where it stands", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    manager.setStatus("VirtualMachine", "web-1", {
      phase: "Deleting",
      conditions: [{ type: "Ready", status: "False", reason: "ProviderDown", message: "no answer" }],
    });
    const result = await cli("delete vm web-1 --timeout 200ms");
    expect(result).toMatchObject({ status: 5, err: expect.stringContaining("virtualmachine/web-1: Deleting (ProviderDown: no answer)") });
  });

  it("only marks with --no-wait, and deletes what a file names", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    expect((await cli("delete vm web-1 --no-wait")).out).toBe("virtualmachine/web-1 marked for deletion\n");
    expect((await cli("delete -f - --no-wait", { stdin: list(vm("web-1"), vm("web-9")) })).out).toBe(
      "virtualmachine/web-9 not there\nvirtualmachine/web-1 marked for deletion\n",
    );
    expect((await cli("delete vm web-9")).status).toBe(3);
  });

  it("warns of --force and marks the machine with it", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    const result = await cli("delete vm web-1 --no-wait --force");
    expect(result.err).toContain("may go on running");
    expect(manager.resources.get("VirtualMachine/web-1")?.metadata.annotations).toEqual({ "remuda.dev/force-delete": "true" });
  });
});

describe("wait and power", () => {
  const provider = (name = "sim") =>
    JSON.stringify({ apiVersion: "remuda.dev/v1alpha1", kind: "Provider", metadata: { name }, spec: { address: "127.0.0.1:7710" } });
  const observed = (status: string) => ({ phase: "Connected", conditions: [{ type: "Observed", status }] });
  const ready = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  const applyWithProvider = async (...machines: string[]) => {
    await cli("apply -f -", { stdin: list(provider(), ...machines) });
    manager.setStatus("Provider", "sim", observed("True"));
  };

  it("waits for a condition that speaks of the newest spec", async () => {
    await applyWithProvider(vm("web-1"));
    const waiting = cli("wait vm web-1 --for condition=Ready");
    await manager.watched(1);
    manager.setStatus("VirtualMachine", "web-1", { conditions: [{ type: "Ready", status: "True", observedGeneration: 0 }] });
    manager.setStatus("VirtualMachine", "web-1", {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True", observedGeneration: 1 }],
    });
    expect(await waiting).toMatchObject({ status: 0, out: expect.stringMatching(/web-1 condition=Ready met\n$/) });
  });

  it("waits for a machine that does not exist yet, and fails after the timeout", async () => {
    const waiting = cli("wait vm web-1 --for phase=Running");
    await manager.watched(1);
    await applyWithProvider(vm("web-1"));
    manager.setStatus("VirtualMachine", "web-1", { phase: "Running" });
    expect((await waiting).status).toBe(0);
    expect(await cli("wait vm web-1 nobody --for phase=Stopped --timeout 100ms")).toMatchObject({
      status: 5,
      err: expect.stringContaining("nobody: not there"),
    });
  });

  it.each(["web-1 --for condition=Ready", "-l app=web --for phase=Running", "--all --for status.phase=Running"])(
    "wait vm %s: believes a machine only once its Provider shows it as it is now",
    async (words) => {
      await cli("apply -f -", { stdin: list(provider(), vm("web-1")) });
      manager.setStatus("VirtualMachine", "web-1", ready);
      manager.setStatus("Provider", "sim", observed("Unknown"));
      expect(await cli(`wait vm ${words} --timeout 100ms`)).toMatchObject({
        status: 5,
        err: expect.stringMatching(/^error: waited 100ms for \S+:\n {2}provider\/sim: Connected\n {2}\w/),
      });
      let told = "";
      const waiting = cli(`wait vm ${words}`, { onOut: (text) => (told = text) });
      await expect.poll(() => told).toContain("provider/sim  Connected");
      manager.setStatus("VirtualMachine", "web-1", { phase: "Creating" });
      manager.setStatus("Provider", "sim", observed("True"));
      await expect.poll(() => told).toContain("virtualmachine/web-1  Creating");
      manager.setStatus("VirtualMachine", "web-1", ready);
      expect(await waiting).toMatchObject({ status: 0, out: expect.stringMatching(/virtualmachine\/web-1 \S+ met\n$/) });
    },
  );

  it("asks the Provider of no other machine, and for nothing that a machine says unseen", async () => {
    await cli("apply -f -", { stdin: list(provider(), provider("rack"), vm("web-1"), vm("db-1", { provider: "rack" })) });
    manager.setStatus("Provider", "sim", observed("True"));
    manager.setStatus("Provider", "rack", observed("Unknown"));
    manager.setStatus("VirtualMachine", "web-1", ready);
    manager.setStatus("VirtualMachine", "db-1", { phase: "Failed", conditions: [{ type: "Ready", status: "False" }] });
    expect((await cli("wait vm web-1 --for condition=Ready --timeout 5s")).status).toBe(0);
    for (const what of ["condition=Ready=False", "phase=Failed", "spec.provider=rack"])
      expect((await cli(`wait vm db-1 --for ${what} --timeout 5s`)).status).toBe(0);
  });

  it("changes the power state on top of what is there, and waits for it", async () => {
    await applyWithProvider(vm("web-1", { class: "small" }));
    const powering = cli("power off web-1 --wait");
    await manager.watched(1);
    expect(manager.resources.get("VirtualMachine/web-1")?.spec).toMatchObject({ powerState: "Off", class: "small" });
    expect(manager.applied.at(-1)?.[0]).not.toHaveProperty("status");
    manager.setStatus("VirtualMachine", "web-1", { phase: "Stopped", powerState: "Off" });
    expect(await powering).toMatchObject({ status: 0, out: expect.stringMatching(/web-1 is Off\n$/) });
    expect((await cli("power off web-1")).out).toContain("already");
  });
});

describe("a manager that was just started", () => {
  const provider = '{"apiVersion":"remuda.dev/v1alpha1","kind":"Provider","metadata":{"name":"sim"},"spec":{"address":"127.0.0.1:7710"}}';
  const observed = (status: string) => ({ phase: "Connected", conditions: [{ type: "Observed", status }] });

  it.each(["web-1", "web-1 web-2"])("power off %s --wait: believes no status from before", async (names) => {
    await cli("apply -f -", { stdin: list(provider, vm("web-1"), vm("web-2")) });
    const powered = (state: string) => {
      for (const name of names.split(" ")) manager.setStatus("VirtualMachine", name, { phase: "Running", powerState: state });
    };
    powered("Off");
    manager.setStatus("Provider", "sim", observed("Unknown"));
    let told = "";
    const powering = cli(`power off ${names} --wait`, { onOut: (text) => (told = text) });
    await expect.poll(() => told).toContain("provider/sim  Connected");
    powered("On");
    manager.setStatus("Provider", "sim", observed("True"));
    await expect.poll(() => told).toContain("virtualmachine/web-1  Running");
    expect(told).not.toContain("is Off");
    powered("Off");
    expect(await powering).toMatchObject({ status: 0, out: expect.stringMatching(/web-1 is Off\n/) });
  });

  it("is not asked for everything when one machine is waited for", async () => {
    await cli("apply -f -", { stdin: list(provider, vm("web-1"), vm("web-2")) });
    manager.setStatus("Provider", "sim", observed("True"));
    manager.setStatus("VirtualMachine", "web-1", { phase: "Running", powerState: "Off" });
    for (const line of ["wait vm web-1 --for phase=Running", "power off web-1 --wait"]) expect((await cli(line)).status).toBe(0);
    expect(manager.watches).toEqual(["VirtualMachine/web-1", "VirtualMachine/web-1"]);
  });
});

describe("the rest", () => {
  it("describes conditions, progress and events", async () => {
    await cli("apply -f -", { stdin: vm("web-1") });
    manager.setStatus("VirtualMachine", "web-1", {
      phase: "Creating",
      task: { operation: "Create", ref: "t1", progressPercent: 45, stage: "copying the image" },
      conditions: [{ type: "Ready", status: "False", reason: "Creating", message: "not yet", lastTransitionTime: "2026-01-01T00:04:30Z" }],
    });
    const { out } = await cli("describe vm web-1");
    expect(out).toContain("Create  [#########···········]  45 %  copying the image");
    expect(out).toMatch(/Ready +False +30s +Creating +not yet/);
    expect(out).toContain("made on the platform (2 times)");
  });

  it("describes a machine without its user data, which -o yaml shows", async () => {
    const machine = { apiVersion: "remuda.dev/v1alpha1", kind: "VirtualMachine", metadata: { name: "web-1" } };
    const spec = {
      provider: "sim",
      class: "small",
      image: "debian",
      cloudInit: { userData: "#cloud-config\npassword: hunter2\n", sshAuthorizedKeys: ["ssh-ed25519 A"] },
    };
    expect((await cli("apply -f -", { stdin: JSON.stringify({ ...machine, spec }) })).status).toBe(0);
    const { out, err } = await cli("describe vm web-1");
    expect(err).toBe("");
    expect(out).not.toContain("hunter2");
    expect(out).toContain("(32 bytes, inline)");
    expect(out).toContain("ssh-ed25519 A");
    expect((await cli("get vm web-1 -o yaml")).out).toContain("hunter2");
  });

  it("shows providers with what they can do", async () => {
    await cli("apply -f -", {
      stdin: '{"apiVersion":"remuda.dev/v1alpha1","kind":"Provider","metadata":{"name":"sim"},"spec":{"address":"127.0.0.1:7710"}}',
    });
    manager.setStatus("Provider", "sim", {
      phase: "Connected",
      platform: "sim",
      platformVersion: "1",
      machines: 3,
      services: ["remuda.provider.v1.ProviderService", "remuda.provider.v1.SnapshotService"],
    });
    expect((await cli("providers")).out).toMatch(/sim +Connected +sim 1 +127.0.0.1:7710 +3 +snapshots/);
    expect((await cli("providers describe sim")).out).toContain("Connected");
  });

  it("explains kinds and fields, shows versions and events", async () => {
    expect((await cli("explain")).out).toContain("vm,vms");
    expect((await cli("explain vm.spec")).out).toContain('powerState <string> default "On", one of On, Off');
    expect((await cli("version")).out).toMatch(/^client {2}0\.1\.0\nserver {2}9\.9\.9/);
    expect((await cli("events vm web-1")).out).toContain("virtualmachine/web-1");
  });

  it("sends the token of its file, and says when it is refused", async () => {
    await start({ token: "secret" });
    expect(await cli("get vm")).toMatchObject({ status: 8, err: expect.stringContaining("--token-file") });
    const token = file("token", "secret\n");
    expect((await cli(`get vm --token-file ${token}`)).status).toBe(0);
    expect((await cli(`--token-file ${token} get vm`)).status).toBe(0);
  });

  it("says so when the other side speaks no TLS", async () => {
    const result = await cli(`get vm --server https://${manager.address}`);
    expect(result).toMatchObject({ status: 6, err: expect.stringContaining("does not speak TLS") });
  });

  it("finds the manager where `remuda up` left word", async () => {
    file("connection.json", JSON.stringify({ address: manager.address }));
    expect((await runCli("get vm", { home: folder })).status).toBe(0);
  });

  it("completes kinds, names, flags and values", async () => {
    await cli("apply -f -", { stdin: list(vm("web-1"), vm("web-2")) });
    const offered = async (...words: string[]) => (await cli(["__complete", "--", ...words])).out.trim().split("\n");
    expect(await offered("ge")).toEqual(["get"]);
    expect(await offered("get", "virt")).toEqual(["virtualmachine", "virtualmachines"]);
    expect(await offered("get", "vm", "-o", "json", "web")).toEqual(["web-1", "web-2"]);
    expect(await offered("get", "vm", "-o", "")).toEqual(["yaml", "json", "wide", "name", "custom-columns=", "jsonpath="]);
    expect(await offered("wait", "vm", "--for", "condition=R")).toEqual([
      "condition=Resolved",
      "condition=RestartRequired",
      "condition=Ready",
    ]);
    expect(await offered("wait", "--for", "condition=")).toEqual(["condition=Ready"]);
    expect(await offered("get", "vm", "--sort-by", ".spec.po")).toEqual([".spec.powerState"]);
    expect(await offered("edit", "vm", "web")).toEqual(["web-1", "web-2"]);
    expect(await offered("d")).toEqual(["diff", "delete", "describe"]);
    expect(await offered("power", "o")).toEqual(["on", "off"]);
    expect(await offered("power", "off", "web-1", "")).toEqual(["web-1", "web-2"]);
    expect(await offered("wait", "--ti")).toEqual(["--timeout"]);
    expect(await offered("help", "exit")).toEqual(["exit-status"]);
  });
});
