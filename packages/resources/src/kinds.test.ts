import { describe, expect, it } from "vitest";
import {
  columnValue,
  explain,
  immutableChanges,
  jsonSchema,
  kinds,
  lookupKind,
  parseFieldSelector,
  parseLabelSelector,
  type Resource,
  ResourceError,
  references,
  secretReferences,
  setCondition,
} from "./index";

const machine: Resource = {
  apiVersion: "remuda.dev/v1alpha1",
  kind: "VirtualMachine",
  metadata: {
    name: "web-1",
    labels: { app: "web", env: "a", "example.com/team": "x" },
    uid: "u",
    resourceVersion: "1",
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00.000Z",
  },
  spec: {
    provider: "sim",
    image: "ubuntu",
    class: "small",
    disks: [
      { name: "root", sizeGiB: 10, boot: true },
      { name: "data", sizeGiB: 5 },
    ],
    interfaces: [
      { name: "eth0", network: "lan" },
      { name: "eth1", network: "storage" },
    ],
    cloudInit: { userDataFrom: { name: "seed", key: "user-data" } },
    placement: { zone: "a" },
  },
  status: {
    phase: "Running",
    launchedAt: "2026-01-01T00:00:01.000Z",
    addresses: ["10.0.0.1", "fe80::1"],
    conditions: [
      { type: "Ready", status: "True", reason: "Up", message: "", lastTransitionTime: "t" },
      { type: "Synced", status: "False", reason: "Drift", message: "", lastTransitionTime: "t" },
    ],
  },
};

describe("lookupKind", () => {
  it.each(["vm", "VMs", "VirtualMachine", "virtualmachines"])("knows %s", (name) => {
    expect(lookupKind(name).kind).toBe("VirtualMachine");
  });
  it("names the nearest", () => {
    expect(() => lookupKind("virtualmachnes")).toThrow(/did you mean virtualmachines\?/);
    expect(() => lookupKind("constructor")).toThrow(ResourceError);
  });
});

describe("columns", () => {
  it("show fields, filtered conditions and lists", () => {
    expect(columnValue(machine, { path: "status.phase", type: "string" })).toBe("Running");
    expect(columnValue(machine, { path: "status.conditions[type=Synced].reason", type: "string" })).toBe("Drift");
    expect(columnValue(machine, { path: "spec.disks[*].name", type: "list" })).toEqual(["root", "data"]);
    expect(columnValue(machine, { path: "status.addresses", type: "list" })).toEqual(["10.0.0.1", "fe80::1"]);
    expect(columnValue(machine, { path: "spec.disks[1].sizeGiB", type: "integer" })).toBe(5);
    expect(columnValue(machine, { path: 'metadata.labels["example.com/team"]', type: "string" })).toBe("x");
    expect(columnValue(machine, { path: "status.host.name", type: "string" })).toBeUndefined();
    expect(columnValue(machine, { path: "spec.gpus[*].name", type: "list" })).toBeUndefined();
  });
  it("of every kind can be read", () => {
    for (const kind of Object.values(kinds)) for (const column of kind.columns) expect(() => columnValue(machine, column)).not.toThrow();
  });
});

describe("label selectors", () => {
  it.each([
    ["", true],
    ["app=web", true],
    ["app==web,env!=b", true],
    ["app=web,env=b", false],
    ["env in (a, b)", true],
    ["env in (b,c),app", false],
    ["env notin (b)", true],
    ["env notin (a)", false],
    ["tier notin (db)", true],
    ["tier!=db", true],
    ["app", true],
    ["tier", false],
    ["!tier", true],
    ["!app", false],
    ["example.com/team=x", true],
    ["toString", false],
  ])("%s matches: %s", (text, expected) => {
    expect(parseLabelSelector(text)(machine)).toBe(expected);
  });
  it.each(["app=web,", "=x", "a b", "env in (a", "env in a)", "env in (a b)", "app=we$b", "a=b=c", "(a)", "!", "in (a)"])(
    "%s is refused",
    (text) => {
      expect(() => parseLabelSelector(text)).toThrow(ResourceError);
    },
  );
});

describe("field selectors", () => {
  it.each([
    ["", true],
    ["status.phase=Running", true],
    ["status.phase==Running,spec.provider!=sim", false],
    ["status.host=", true],
    ["status.host!=", false],
    ["status.addresses=fe80::1", true],
    ["spec.disks[*].name=data", true],
    ["spec.disks[*].sizeGiB=5", true],
    ["status.conditions[type=Ready].status=True", true],
    ["status.conditions[type=Ready].status!=True", false],
    ["metadata.name=web-1", true],
    ['metadata.labels["example.com/team"]=x', true],
  ])("%s matches: %s", (text, expected) => {
    expect(parseFieldSelector(text, ["VirtualMachine"])(machine)).toBe(expected);
  });
  it.each([
    ["status.phse=Running", "a VirtualMachine has no such field; did you mean status.phase?"],
    ["status.conditions[type=Ready].state=True", "did you mean status.conditions.status?"],
    ["status.phase.word=x", "no such field"],
    ["spec.disk[0].sizeGiB=5", "did you mean spec.disks.sizeGiB?"],
    ["statsu.host=h1", "did you mean status.host?"],
  ])("%s is refused, with the nearest field", (text, told) => {
    expect(() => parseFieldSelector(text, ["VirtualMachine"])).toThrow(told);
  });
  it("takes a field of any of the kinds", () => {
    expect(() => parseFieldSelector("status.rollout.total=3", ["VirtualMachine", "VMClass"])).not.toThrow();
    expect(() => parseFieldSelector("status.rollout.total=3", ["VirtualMachine", "VMImage"])).toThrow("no kind has such a field");
  });
  it.each(["status.phase", "=x", "status..phase=x", ".a=b", "a[=b", "a.b[c]=d", "a=b,,c=d"])("%s is refused", (text) => {
    expect(() => parseFieldSelector(text, ["VirtualMachine"])).toThrow(ResourceError);
  });
});

describe("immutableChanges", () => {
  const spec = machine.spec as Record<string, unknown>;
  const change = (more: object) => immutableChanges(machine, { spec: { ...spec, ...more } }).map((v) => v.path);
  it("allows what can change", () => {
    expect(
      change({
        class: "large",
        powerState: "Off",
        interfaces: [],
        disks: [
          { name: "root", sizeGiB: 20, boot: true },
          { name: "new", sizeGiB: 1 },
        ],
      }),
    ).toEqual([]);
  });
  it("names what can't", () => {
    expect(
      change({
        provider: "b",
        image: undefined,
        source: { empty: true },
        cloudInit: {},
        placement: { zone: "b" },
        market: { type: "Spot" },
      }),
    ).toEqual(["spec.provider", "spec.image", "spec.source", "spec.cloudInit", "spec.placement", "spec.market"]);
  });
  it("keeps the boot disk and never shrinks one", () => {
    expect(change({ disks: [{ name: "data", sizeGiB: 4, boot: true }] })).toEqual([
      "spec.disks[0].sizeGiB",
      "spec.disks[0].boot",
      "spec.disks",
    ]);
  });
  it("allows everything before the machine's creation has begun, and for other kinds", () => {
    expect(immutableChanges({ ...machine, status: { phase: "Pending" } }, { spec: { provider: "b" } })).toEqual([]);
    expect(immutableChanges({ kind: "VMImage", spec: { source: 1 } }, { spec: {} })).toEqual([]);
  });
});

describe("references", () => {
  it("lists what a machine names, and where", () => {
    expect(references(machine)).toEqual([
      { kind: "Provider", name: "sim", path: "spec.provider" },
      { kind: "VMClass", name: "small", path: "spec.class" },
      { kind: "VMImage", name: "ubuntu", path: "spec.image" },
      { kind: "VMNetwork", name: "lan", path: "spec.interfaces[0].network" },
      { kind: "VMNetwork", name: "storage", path: "spec.interfaces[1].network" },
    ]);
    expect(secretReferences(machine)).toEqual([{ name: "seed", key: "user-data", path: "spec.cloudInit.userDataFrom" }]);
  });
  it("lists what providers and images name", () => {
    const ca = { name: "tls", key: "ca.crt" };
    const provider = { kind: "Provider", spec: { address: "h:1", tls: { ca }, defaults: { class: "c", network: "n" } } };
    expect(references(provider).map((r) => `${r.kind} ${r.name} ${r.path}`)).toEqual([
      "VMClass c spec.defaults.class",
      "VMNetwork n spec.defaults.network",
    ]);
    expect(secretReferences(provider)).toEqual([{ ...ca, path: "spec.tls.ca" }]);
    expect(references({ kind: "VMImage", spec: { providers: [{ provider: "p", existing: "x" }] } })).toEqual([
      { kind: "Provider", name: "p", path: "spec.providers[0].provider" },
    ]);
  });
});

describe("explain", () => {
  it("tells type, default, values and whether a field is required", () => {
    expect(explain("vm", "spec.powerState").fields).toEqual([
      {
        path: "spec.powerState",
        type: "string",
        required: false,
        description: "Whether it shall run.",
        defaultJson: '"On"',
        values: ["On", "Off", "Suspended"],
      },
    ]);
    expect(explain("vm", "spec.disks[].sizeGiB").fields).toMatchObject([{ path: "spec.disks[].sizeGiB", type: "integer", required: true }]);
    expect(explain("vm", "spec.interfaces.addresses").fields).toMatchObject([{ type: "[]string" }]);
    expect(explain("vm", "metadata.labels").fields).toMatchObject([{ type: "map of string" }]);
  });
  it("describes every field of every kind", () => {
    for (const kind of Object.keys(kinds)) expect(explain(kind).fields.filter((f) => f.description === "" || f.type === "")).toEqual([]);
  });
  it("names the nearest field", () => {
    expect(() => explain("vm", "spec.disk.sizeGiB")).toThrow("did you mean spec.disks.sizeGiB?");
    expect(() => explain("vm", "spec.disk")).toThrow("did you mean spec.disks?");
  });
  it("tells the fields of status too", () => {
    expect(explain("vm", "status.task.progressPercent").fields).toMatchObject([{ type: "integer", required: false }]);
    expect(explain("prov", "status.phase").fields).toMatchObject([{ values: expect.arrayContaining(["Connected"]) }]);
  });
  it("has a JSON Schema that refuses unknown fields", () => {
    const schema = jsonSchema("VirtualMachine");
    expect(schema.properties?.spec).toMatchObject({ type: "object", additionalProperties: false, required: ["provider"] });
    for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g))
      expect(schema.$defs).toHaveProperty(String(name));
    expect(schema.properties?.spec).not.toHaveProperty("$defs");
  });
});

describe("setCondition", () => {
  const ready = { type: "Ready", status: "True", reason: "Up", message: "it runs" } as const;
  const t0 = "1970-01-01T00:00:00.000Z";
  it("answers the same array when nothing changed", () => {
    const before = setCondition(undefined, ready, 0);
    expect(before).toEqual([{ ...ready, lastTransitionTime: t0 }]);
    expect(setCondition(before, ready, 5)).toBe(before);
  });
  it("moves the time only with the status, and keeps the order", () => {
    const before = setCondition(setCondition([], ready, 0), { ...ready, type: "Synced" }, 0);
    const other = setCondition(before, { ...ready, message: "it still runs" }, 1000);
    expect(other.map((c) => [c.type, c.message, c.lastTransitionTime])).toEqual([
      ["Ready", "it still runs", t0],
      ["Synced", "it runs", t0],
    ]);
    expect(setCondition(other, { ...ready, status: "False" }, 1000)[0]?.lastTransitionTime).toBe("1970-01-01T00:00:01.000Z");
    expect(before[0]?.message).toBe("it runs");
  });
});
