import type { JsonObject } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { comparing, parseTemplate, resourcePath } from "./paths";
import { type FakeManager, startFakeManager } from "./testing/fake-manager";
import { type RunOptions, runCli } from "./testing/run-cli";

let manager: FakeManager;
beforeEach(async () => {
  manager = await startFakeManager({ pageSize: 2 });
  for (const [name, cpus] of [
    ["a", 4],
    ["b", 16],
    ["c", 2],
  ] as const) {
    const resource = {
      apiVersion: "remuda.dev/v1alpha1",
      kind: "VMClass",
      metadata: { name },
      spec: { cpus, memoryMiB: 512, gpus: [{ name: "T4" }, { name: "H100" }] },
    };
    await cli("apply -f -", { stdin: JSON.stringify(resource) });
  }
});
afterEach(() => manager.close());
const cli = (line: string | readonly string[], options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });

describe("get -o", () => {
  it("custom-columns shows the fields that were asked for, over all pages", async () => {
    const { out } = await cli("get class -o custom-columns=WHO:.metadata.name,CPUS:.spec.cpus,GPUS:.spec.gpus[*].name,NONE:.status.phase");
    expect(out).toBe(
      ["WHO   CPUS   GPUS      NONE", "a     4      T4,H100   -", "b     16     T4,H100   -", "c     2      T4,H100   -", ""].join("\n"),
    );
    expect((await cli("get class a --no-headers -o custom-columns=X:spec.cpus")).out).toBe("4\n");
  });

  it("custom-columns lines up several kinds", async () => {
    const network = { apiVersion: "remuda.dev/v1alpha1", kind: "VMNetwork", metadata: { name: "lan" }, spec: { network: "lan" } };
    await cli("apply -f -", { stdin: JSON.stringify(network) });
    expect((await cli("get class,network -o custom-columns=KIND:.kind,NAME:.metadata.name")).out).toBe(
      ["KIND        NAME", "VMClass     a", "VMClass     b", "VMClass     c", "VMNetwork   lan", ""].join("\n"),
    );
  });

  it("jsonpath prints a line for each resource", async () => {
    expect((await cli(["get", "class", "-o", "jsonpath={.metadata.name}: {.spec.cpus} cpus"])).out).toBe(
      "a: 4 cpus\nb: 16 cpus\nc: 2 cpus\n",
    );
    expect((await cli(["get", "class", "a", "-o", "jsonpath=.spec.gpus[*].name"])).out).toBe("T4 H100\n");
  });

  it("refuses what is no field, and says what would be", async () => {
    const wrong = async (output: string) => {
      const { status, err } = await cli(["get", "class", "-o", output]);
      return [status, err];
    };
    expect(await wrong("custom-columns=A:.metdata.name")).toEqual([2, expect.stringContaining("did you mean .metadata.name?")]);
    expect(await wrong("custom-columns=A")).toEqual([2, expect.stringContaining("HEADING:.path")]);
    expect(await wrong("jsonpath={.items[*].metadata.name}")).toEqual([2, expect.stringContaining("a path begins at one resource")]);
    expect(await wrong("jsonpath={.spec")).toEqual([2, expect.stringContaining("braces")]);
    expect(await wrong("table")).toEqual([2, expect.stringContaining("custom-columns")]);
  });
});

describe("get --sort-by", () => {
  it("orders over all pages, by size and not by letters", async () => {
    expect((await cli("get class --sort-by .spec.cpus -o name")).out).toBe("vmclass/c\nvmclass/a\nvmclass/b\n");
    expect((await cli("get class --sort-by .spec.cpus")).out).toMatch(/^NAME .*\nc .*\na .*\nb .*\n$/);
    expect(await cli("get class -w --sort-by .spec.cpus")).toMatchObject({ status: 2 });
    expect(await cli("get class --sort-by cpus")).toMatchObject({ status: 2, err: expect.stringContaining("--sort-by") });
  });

  it("puts what has no value last, and numbers in texts by size", () => {
    const named = (name?: string): JsonObject => ({ metadata: name === undefined ? {} : { name } });
    const order = [named(), named("web-10"), named("web-9")].sort(comparing("metadata.name"));
    expect(order).toEqual([named("web-9"), named("web-10"), named()]);
  });
});

describe("paths", () => {
  it("may be written as elsewhere", () => {
    for (const text of ['{.status.conditions[?(@.type=="Ready")].status}', "$.status.conditions[type=Ready].status"])
      expect(resourcePath(text, "x")).toBe("status.conditions[type=Ready].status");
    expect(parseTemplate('{.kind}{"\\t"}{.kind}')({ kind: "K" })).toBe("K\tK");
  });
});

describe("field selectors", () => {
  const setPhases = () => {
    manager.setStatus("VMClass", "a", { phase: "Failed" });
    manager.setStatus("VMClass", "b", { phase: "Failed" });
  };

  it("choose what is deleted", async () => {
    setPhases();
    expect((await cli("delete class --field-selector status.phase=Failed")).out).toBe("vmclass/a deleted\nvmclass/b deleted\n");
    expect([...manager.resources.keys()]).toEqual(["VMClass/c"]);
  });

  it("choose what is waited for, also when it is selected no longer", async () => {
    setPhases();
    const waiting = cli("wait class --field-selector status.phase=Failed --for status.phase=Done");
    await manager.watched(1);
    manager.setStatus("VMClass", "a", { phase: "Done" });
    manager.setStatus("VMClass", "b", { phase: "Done" });
    expect(await waiting).toMatchObject({ status: 0, out: expect.stringMatching(/a status.phase=Done met\n.*b status.phase=Done met\n$/) });
    expect(await cli("wait class --field-selector status.phase=Lost --for delete")).toMatchObject({ status: 3 });
  });
});
