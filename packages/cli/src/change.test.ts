import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textAt } from "./field-path";
import { type FakeManager, startFakeManager } from "./testing/fake-manager";
import { type RunOptions, runCli } from "./testing/run-cli";
import { unifiedDiff } from "./unified-diff";

let manager: FakeManager;
let folder: string;
beforeEach(async () => {
  manager = await startFakeManager();
  folder = mkdtempSync(join(tmpdir(), "remuda-change-"));
  await cli("apply -f -", { stdin: vm("web-1") });
});
afterEach(async () => {
  await manager.close();
  rmSync(folder, { recursive: true, force: true });
});
const cli = (line: string | readonly string[], options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });
const vm = (name: string, spec: object = {}) =>
  JSON.stringify({
    apiVersion: "remuda.dev/v1alpha1",
    kind: "VirtualMachine",
    metadata: { name },
    spec: { provider: "sim", image: "debian-12", ...spec },
  });
const powerState = () => textAt(manager.resources.get("VirtualMachine/web-1"), "spec.powerState");

describe("diff", () => {
  it("shows what apply would change, changes nothing, and ends with 1", async () => {
    const result = await cli("diff -f -", { stdin: `${vm("web-1", { powerState: "Off" })}\n---\n${vm("web-2")}` });
    expect(result.status).toBe(1);
    expect(result.out).toContain("--- virtualmachine/web-1 (as it is)\n+++ virtualmachine/web-1 (stdin:1)\n");
    expect(result.out).toContain(' spec:\n   provider: sim\n   image: debian-12\n+  powerState: "Off"\n');
    expect(result.out).toMatch(/\+\+\+ virtualmachine\/web-2 \(stdin:3\)\n@@ -0,0 \+1,7 @@\n\+apiVersion/);
    expect(result.err).not.toContain("error");
    expect([...manager.resources.keys(), powerState()]).toEqual(["VirtualMachine/web-1", ""]);
  });

  it("shows no inline user data, only their sizes and that they changed", async () => {
    const withUserData = (name: string, userData: string) => vm(name, { cloudInit: { userData } });
    await cli("apply -f -", { stdin: withUserData("web-1", "password: aaaa") });
    const { out, status } = await cli("diff -f -", {
      stdin: `${withUserData("web-1", "password: bbbb")}\n---\n${withUserData("web-2", "password: cccc")}`,
    });
    expect(status).toBe(1);
    expect(out).toContain("-    userData: (14 bytes, inline)\n+    userData: (14 bytes, inline, changed)\n");
    expect(out).toMatch(/\+ {4}userData: \(14 bytes, inline\)\n$/);
    expect(out).not.toContain("password");
    const other = await cli("diff -f -", { stdin: vm("web-1", { cloudInit: { userData: "password: aaaa" }, powerState: "Off" }) });
    expect(other.out).toMatch(/^\+ {2}powerState/m);
    expect(other.out).not.toMatch(/^[-+].*userData|changed/m);
  });

  it("says nothing and ends with 0 where all is as declared", async () => {
    expect(await cli("diff -f -", { stdin: vm("web-1") })).toMatchObject({ status: 0, out: "" });
  });

  it("ends with another status than 1 where it can't tell", async () => {
    expect((await cli("diff -f -", { stdin: vm("web-1", { nonsense: 1 }) })).status).toBe(7);
    expect((await cli("diff -f /nowhere.yaml")).status).toBe(3);
    expect((await cli("diff -f -", { stdin: vm("web-1"), server: "127.0.0.1:1" })).status).toBe(6);
    writeFileSync(join(folder, "x.yaml"), "");
    expect(await cli(`diff -f ${folder}/x.yaml/y`)).toMatchObject({ status: 10, err: expect.stringContaining("can't read") });
  });
});

describe("a unified diff", () => {
  const lines = (...texts: string[]) => texts.map((t) => `${t}\n`).join("");
  const names = { before: "a", after: "b" };

  it("joins changes whose surroundings touch, and parts others", () => {
    const before = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const after = before.map((l, i) => (i === 3 || i === 8 || i === 25 ? `${l}!` : l));
    const text = unifiedDiff(lines(...before), lines(...after), names);
    expect(text.match(/^@@.*$/gm)).toEqual(["@@ -1,12 +1,12 @@", "@@ -23,7 +23,7 @@"]);
    expect(text.match(/^[-+]line.*$/gm)).toEqual(["-line 3", "+line 3!", "-line 8", "+line 8!", "-line 25", "+line 25!"]);
  });

  /** As patch does it: each piece at the line that its heading names. */
  const patched = (text: string, diff: string) => {
    const rest = text.split("\n").slice(0, -1);
    const made: string[] = [];
    let taken = 0;
    for (const line of diff.split("\n").slice(2, -1)) {
      const [, from, length] = /^@@ -(\d+),(\d+)/.exec(line) ?? [];
      if (from !== undefined) {
        const until = Number(from) - (length === "0" ? 0 : 1);
        made.push(...rest.slice(taken, until));
        taken = until;
      } else if (line.startsWith("+")) made.push(line.slice(1));
      else {
        expect(rest[taken]).toBe(line.slice(1));
        if (line.startsWith(" ")) made.push(line.slice(1));
        taken += 1;
      }
    }
    return lines(...made, ...rest.slice(taken));
  };

  it("makes the one text from the other", () => {
    const before = lines("a", "b", "c", "d", "e", "f", "g", "h", "i");
    for (const after of [
      lines("b", "c", "x", "d", "e", "f", "g", "h", "i", "j"),
      lines("a"),
      lines("z"),
      `${before}k\n`,
      lines(...[..."abcdefghiabcdefghi"]),
    ]) {
      expect(patched(before, unifiedDiff(before, after, names))).toBe(after);
      expect(patched(after, unifiedDiff(after, before, names))).toBe(before);
    }
    expect(patched("", unifiedDiff("", before, names))).toBe(before);
    expect(unifiedDiff(before, before, names)).toBe("");
  });
});

describe("edit", () => {
  /** An editor that does one thing after another, one each time that it is opened. */
  const editor = (...steps: string[]) => {
    const script = join(folder, "editor");
    writeFileSync(
      script,
      `#!/bin/sh\necho x >> ${folder}/opened\ncp "$1" ${folder}/seen-$(wc -l < ${folder}/opened | tr -d ' ')\ncase $(wc -l < ${folder}/opened | tr -d ' ') in\n${steps.map((s, i) => `${i + 1}) ${s} ;;`).join("\n")}\nesac\n`,
    );
    chmodSync(script, 0o755);
    return { config: { editor: script } };
  };
  const seen = (n: number) => readFileSync(join(folder, `seen-${n}`), "utf8");
  const keptIn = (err: string) => /the draft is kept in (\S+?);/.exec(err)?.[1] ?? "";

  it("applies what was saved", async () => {
    const result = await cli("edit vm web-1", editor(`echo '  powerState: "Off"' >> "$1"`));
    expect(result).toMatchObject({ status: 0, out: "virtualmachine/web-1 configured\n" });
    expect(powerState()).toBe("Off");
    expect(seen(1)).toMatch(/^#\| virtualmachine\/web-1: save to apply/);
    expect(seen(1)).not.toContain("uid");
  });

  it("changes nothing if nothing was changed, and leaves no draft", async () => {
    const { config } = editor(`echo "$1" > ${folder}/draft; stat -c %a "$1" >> ${folder}/draft`);
    expect(await cli("edit vm web-1", { config })).toMatchObject({ status: 0, out: "virtualmachine/web-1 not changed\n" });
    const [draft = "", mode] = readFileSync(join(folder, "draft"), "utf8").split("\n");
    expect([existsSync(dirname(draft)), mode]).toEqual([false, "600"]);
    expect(manager.applied).toHaveLength(1);
  });

  it("opens it again with what is wrong above it, until it is right", async () => {
    const result = await cli("edit vm web-1", editor(`echo '  powerStat: "Off"' >> "$1"`, `sed -i s/powerStat:/powerState:/ "$1"`));
    expect(result).toMatchObject({ status: 0, out: "virtualmachine/web-1 configured\n" });
    expect(seen(2)).toMatch(/^#\| .*web-1.yaml:\d+: VirtualMachine\/web-1: is not valid\n#\| .*spec.powerStat: /);
    expect(seen(2)).toContain('powerStat: "Off"');
    expect(powerState()).toBe("Off");
  });

  it("keeps the draft of who gives up, or whose editor fails", async () => {
    const gaveUp = await cli("edit vm web-1", editor(`echo '  powerStat: "Off"' >> "$1"`, "true"));
    expect(gaveUp).toMatchObject({ status: 7, err: expect.stringContaining("spec.powerStat") });
    expect(readFileSync(keptIn(gaveUp.err), "utf8")).toContain("powerStat");
    expect(statSync(keptIn(gaveUp.err)).mode & 0o777).toBe(0o600);
    rmSync(dirname(keptIn(gaveUp.err)), { recursive: true });
    rmSync(join(folder, "opened"));
    expect(await cli("edit vm web-1", editor("exit 3"))).toMatchObject({
      status: 1,
      err: expect.stringContaining("ended with status 3; nothing was changed"),
    });
  });

  it("refuses another name, and a resource that somebody changed meanwhile", async () => {
    const renamed = await cli("edit vm web-1", editor('sed -i s/web-1/web-2/ "$1"', "true"));
    expect(renamed).toMatchObject({ status: 7, err: expect.stringContaining("expected virtualmachine/web-1, got virtualmachine/web-2") });
    rmSync(dirname(keptIn(renamed.err)), { recursive: true });
    rmSync(join(folder, "opened"));
    const { config } = editor(
      `echo '  powerState: "Off"' >> "$1"; touch ${folder}/open; n=0; while [ -e ${folder}/open ] && [ $n -lt 500 ]; do n=$((n+1)); sleep 0.02; done`,
    );
    const editing = cli("edit vm web-1", { config });
    await expect.poll(() => existsSync(join(folder, "open"))).toBe(true);
    await cli("apply -f -", { stdin: vm("web-1", { powerState: "Suspended" }) });
    rmSync(join(folder, "open"));
    const result = await editing;
    expect(result).toMatchObject({ status: 4, err: expect.stringContaining("remuda diff -f") });
    rmSync(dirname(keptIn(result.err)), { recursive: true });
    expect(powerState()).toBe("Suspended");
  });
});

describe("errors as JSON", () => {
  const error = async (line: string | readonly string[], options: RunOptions = {}) => {
    const { err, out, status } = await cli(line, options);
    expect(out).toBe("");
    const told = JSON.parse(err).error;
    expect(told.exitStatus).toBe(status);
    return told;
  };

  it("have reason, fields with their lines, and the exit status", async () => {
    expect(await error("apply -o json -f -", { stdin: vm("web-9", { nonsense: 1 }) })).toMatchObject({
      reason: "INVALID",
      exitStatus: 7,
      serverReason: "INVALID_SPEC",
      resource: { kind: "VirtualMachine", name: "web-9" },
      violations: [{ field: "spec.nonsense", description: expect.any(String), where: "stdin:1" }],
    });
    expect(await error("get vm nobody -o json")).toMatchObject({ reason: "NOT_FOUND", message: expect.stringContaining("nobody") });
    expect(await error("describe --errors json vm nobody")).toMatchObject({ reason: "NOT_FOUND", hint: expect.stringContaining("events") });
    expect(await error("--errors=json gte vm")).toMatchObject({
      reason: "USAGE",
      exitStatus: 2,
      hint: expect.stringContaining("Did you mean get?"),
    });
    expect(await error("get -ojson")).toMatchObject({ reason: "USAGE", hint: expect.stringContaining("remuda get vm") });
  });

  it("and results of apply too", async () => {
    const { out, err } = await cli("apply -f - -o json", { stdin: `${vm("web-1")}\n---\n${vm("web-2")}` });
    expect(
      out
        .trim()
        .split("\n")
        .map((l) => JSON.parse(l)),
    ).toMatchObject([
      { kind: "VirtualMachine", name: "web-1", action: "unchanged", dryRun: false, warnings: [expect.any(String), expect.any(String)] },
      { name: "web-2", action: "created" },
    ]);
    expect(err).toBe("");
    expect((await cli("apply -f - -o name", { stdin: vm("web-1") })).out).toBe("virtualmachine/web-1\n");
  });
});
