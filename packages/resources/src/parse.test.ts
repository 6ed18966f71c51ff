import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseResource, ResourceError } from "./index";

const resource = (kind: string, spec: unknown, metadata: object = {}) => ({
  apiVersion: "remuda.dev/v1alpha1",
  kind,
  metadata: { name: "web-1", ...metadata },
  spec,
});
const machine = (spec: object = {}, metadata: object = {}) =>
  resource("VirtualMachine", { provider: "sim", image: "ubuntu", class: "small", ...spec }, metadata);

function wrong(input: unknown): string[] {
  try {
    parseResource(input);
  } catch (error) {
    if (!(error instanceof ResourceError)) throw error;
    return error.violations.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe("parseResource", () => {
  it("answers the resource with its defaults", () => {
    expect(parseResource(machine({}, { labels: { app: "web" } }))).toEqual({
      apiVersion: "remuda.dev/v1alpha1",
      kind: "VirtualMachine",
      metadata: { name: "web-1", labels: { app: "web" } },
      spec: {
        provider: "sim",
        image: "ubuntu",
        class: "small",
        powerState: "On",
        recreatePolicy: "Never",
        shutdownTimeoutSeconds: 60,
        deletionPolicy: "Delete",
        updatePolicy: "Live",
      },
    });
  });

  it("ignores status and what the store sets, but keeps uid and resourceVersion", () => {
    const set = { uid: "u-1", resourceVersion: "7", generation: 3, creationTimestamp: "x", deletionTimestamp: "y", finalizers: ["f"] };
    const parsed = parseResource({ ...machine({}, set), status: { whatever: [1] } });
    expect(parsed.metadata).toEqual({ name: "web-1", uid: "u-1", resourceVersion: "7" });
    expect(parsed).not.toHaveProperty("status");
  });

  it("tells an unknown field with its path and the nearest known name, wherever that is", () => {
    expect(
      wrong({ ...machine({ powerstate: "On", memoryMiB: 1, disks: [{ name: "a", sizeGiB: 1, sizeGB: 1 }], xyzzy: 1 }), stats: {} }),
    ).toEqual([
      "stats: unknown field; did you mean status?",
      "spec.disks[0].sizeGB: unknown field; did you mean sizeGiB?",
      "spec.powerstate: unknown field; did you mean powerState?",
      "spec.memoryMiB: unknown field; did you mean hardware.memoryMiB?",
      "spec.xyzzy: unknown field",
    ]);
  });

  it("says what was expected and what was there, all of it at once", () => {
    const spec = { cpus: "two", memoryMiB: 0, firmware: "uefi", tpm: null, gpus: {}, hotAdd: { maxCpus: 1.5 } };
    expect(wrong(resource("VMClass", spec, { name: "Web" }))).toEqual([
      `metadata.name: expected lower-case letters, digits and '-', beginning and ending with a letter or digit, got "Web"`,
      'spec.cpus: expected integer ≥ 1 and ≤ 4096, got "two"',
      "spec.memoryMiB: expected integer ≥ 1 and ≤ 67108864, got 0",
      'spec.firmware: expected one of "BIOS", "UEFI", got "uefi"',
      "spec.tpm: expected true or false, got null",
      "spec.hotAdd.maxCpus: expected integer ≥ 1, got 1.5",
      "spec.gpus: expected list of at most 64 items, got an object",
    ]);
  });

  it("tells what is missing", () => {
    expect(wrong({})).toEqual([
      'apiVersion: expected "remuda.dev/v1alpha1", got nothing',
      "metadata: required: object",
      "kind: required: one of Provider, VirtualMachine, VMClass, VMImage, VMNetwork",
    ]);
    expect(wrong(resource("VMClass", { cpus: 1 }))).toEqual(["spec.memoryMiB: required: integer ≥ 1 and ≤ 67108864"]);
  });

  it("names the nearest kind", () => {
    expect(wrong({ ...machine(), kind: "VirtualMachin" })).toEqual(['kind: unknown kind "VirtualMachin"; did you mean VirtualMachine?']);
  });

  it("tells at most 20 things and repeats no long values", () => {
    const found = wrong(machine({ disks: Array.from({ length: 60 }, () => ({ name: "x".repeat(500), sizeGiB: 0 })) }));
    expect(found).toHaveLength(20);
    expect(Math.max(...found.map((f) => f.length))).toBeLessThan(250);
    const many = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`memoryMiB${i}`, i]));
    const startedAt = performance.now();
    expect(wrong({ ...machine(many), ...many })).toHaveLength(20);
    // Each looked up among the known names would take many times as long.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("makes one readable line of a choice", () => {
    expect(wrong(machine({ interfaces: [{ name: "eth0", network: "lan", addresses: ["10.0.0.1"] }] }))).toEqual([
      "spec.interfaces[0].addresses[0]: expected IPv4 address with prefix length such as 192.0.2.10/24 or " +
        'IPv6 address with prefix length such as 2001:db8::10/64, got "10.0.0.1"',
    ]);
  });
});

describe("rules between fields", () => {
  const nic = (name: string, more: object = {}) => ({ name, network: "lan", ...more });
  it.each<[string, unknown, string[]]>([
    ["class or hardware", machine({ hardware: { cpus: 1, memoryMiB: 1 } }), ["spec.hardware: class or hardware, not both"]],
    ["an image or a source: both", machine({ source: { empty: true } }), ["spec.source: exactly one of image and source"]],
    ["an image or a source: none", machine({ image: undefined }), ["spec.image: exactly one of image and source"]],
    ["disk names", machine({ disks: [disk("a"), disk("a")] }), ["spec.disks[1].name: a is there already"]],
    [
      "one boot disk",
      machine({ disks: [disk("a", { boot: true }), disk("b", { boot: false }), disk("c", { boot: true })] }),
      ["spec.disks[2].boot: another disk is the boot disk already"],
    ],
    ["interface names", machine({ interfaces: [nic("a"), nic("a")] }), ["spec.interfaces[1].name: a is there already"]],
    [
      "MAC addresses",
      machine({ interfaces: [nic("a", { macAddress: "52:54:00:00:00:01" }), nic("b", { macAddress: "52:54:00:00:00:01" })] }),
      ["spec.interfaces[1].macAddress: 52:54:00:00:00:01 is another interface's already"],
    ],
    [
      "addresses",
      machine({ interfaces: [nic("a", { addresses: ["10.0.0.1/8"] }), nic("b", { addresses: ["10.0.0.1/24"] })] }),
      ["spec.interfaces[1].addresses[0]: 10.0.0.1 is there already"],
    ],
    [
      "a gateway's family",
      machine({ interfaces: [nic("a", { addresses: ["10.0.0.1/8"], gateway: "fe80::1" })] }),
      ["spec.interfaces[0].gateway: no address is of its family, IPv6"],
    ],
    [
      "a gateway without addresses",
      machine({ interfaces: [nic("a", { gateway: "10.0.0.1" })] }),
      ["spec.interfaces[0].gateway: goes with addresses; DHCP gives its own"],
    ],
    [
      "a class's hardware",
      resource("VMClass", { cpus: 4, coresPerSocket: 3, memoryMiB: 2048, secureBoot: true, hotAdd: { maxCpus: 2, maxMemoryMiB: 1024 } }),
      [
        "spec.coresPerSocket: must divide cpus: 4 is no multiple of 3",
        "spec.secureBoot: needs firmware: UEFI",
        "spec.hotAdd.maxCpus: must be at least cpus, 4",
        "spec.hotAdd.maxMemoryMiB: must be at least memoryMiB, 2048",
      ],
    ],
    [
      "a machine's own hardware",
      machine({ class: undefined, hardware: { cpus: 4, coresPerSocket: 3, memoryMiB: 1 } }),
      ["spec.hardware.coresPerSocket: must divide cpus: 4 is no multiple of 3"],
    ],
    [
      "plaintext off loopback",
      resource("Provider", { address: "10.1.2.3:50051" }),
      ["spec.tls: required: 10.1.2.3:50051 is not loopback. For plaintext say insecure: true"],
    ],
    ["TLS or plaintext", resource("Provider", { address: "h:1", tls: {}, insecure: true }), ["spec.insecure: tls or insecure, not both"]],
    [
      "an http image without checksum",
      resource("VMImage", { source: { url: "http://x/y" } }),
      ["spec.source.checksum: an http url needs a checksum"],
    ],
    ["an image from nowhere", resource("VMImage", {}), ["spec.source: source or providers is needed"]],
    [
      "a VLAN without network",
      resource("VMNetwork", { vlan: 3, providers: [{ provider: "p", network: "n" }] }),
      ["spec.vlan: goes with network"],
    ],
  ])("%s", (_, input, expected) => {
    expect(wrong(input)).toEqual(expected);
  });

  it.each(["127.0.0.1:1", "localhost:50051", "[::1]:50051", "unix:/run/p.sock"])("plaintext is fine on loopback: %s", (address) => {
    expect(wrong(resource("Provider", { address }))).toEqual([]);
  });
});

describe("what people note on a resource", () => {
  const key63 = "k".repeat(63);
  const prefix253 = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
  const label = "a label key such as app or example.com/app";
  it.each<[string, object, string[]]>([
    ["the longest label", { labels: { [`${prefix253}/${key63}`]: "v".repeat(63) } }, []],
    ["a key that is too long", { labels: { [`${key63}k`]: "" } }, [label]],
    ["a prefix that is too long", { labels: { [`${prefix253}d/k`]: "" } }, [label]],
    ["a prefix that is no domain", { labels: { "a..b/k": "" } }, [label]],
    ["a value that is too long", { labels: { k: "v".repeat(64) } }, ["at most 63 letters, digits, '-', '_' and '.'"]],
    ["a long annotation", { annotations: { note: "x".repeat(250 << 10) } }, []],
    [
      "annotations that are too long together",
      { annotations: { a: "ä".repeat(70 << 10), b: "x".repeat(150 << 10) } },
      ["metadata.annotations: expected at most 256 KiB in all keys and values, got 291 KiB"],
    ],
  ])("%s", (_, metadata, told) => {
    expect(wrong(machine({}, metadata))).toEqual(told.map((what) => expect.stringContaining(what)));
  });
});

describe("a reference to a secret", () => {
  it.each([
    ["../etc", "passwd"],
    ["..", "x"],
    ["a/b", "x"],
    ["a", ".."],
    ["a", "../x"],
    ["a", "x/y"],
    ["a", "x\n"],
  ])("leads nowhere but into the secrets folder: %s, %s", (name, key) => {
    expect(wrong(machine({ cloudInit: { userDataFrom: { name, key } } }))).toEqual([
      expect.stringMatching(/^spec\.cloudInit\.userDataFrom\.(name|key): /),
    ]);
  });
});

const disk = (name: string, more: object = {}) => ({ name, sizeGiB: 1, ...more });

describe("hostile input", () => {
  it.each<[string, unknown, string]>([
    ["__proto__", JSON.parse('{"spec": {"__proto__": {"cpus": 1}}}'), `spec: a field can't be called "__proto__"`],
    ["constructor", { spec: { options: { constructor: 1 } } }, `spec.options: a field can't be called "constructor"`],
    ["NaN", machine({ shutdownTimeoutSeconds: Number.NaN }), "spec.shutdownTimeoutSeconds: expected a finite number, got NaN"],
    ["a control character", machine({ image: "a\u0000b" }), "spec.image: contains a control character"],
    [
      "half a character",
      machine({ image: "a\ud800b" }),
      "spec.image: contains half a character: a surrogate, such as \\ud800, without its other half",
    ],
    ["a field's name with half a character", machine({ options: { "\udc00": 1 } }), `spec.options: a field can't be called "\\udc00"`],
    ["size", machine({ cloudInit: { userData: "x".repeat(5 << 20) } }), ": larger than 4 MiB"],
    ["number of values", machine({ options: { a: new Array(300_000).fill(1) } }), ": more than 200000 values"],
    ["a date object", machine({ image: new Date(0) }), "spec.image: expected plain data, got a Date"],
    ["a function", machine({ image: () => 1 }), "spec.image: expected plain data, got a function"],
  ])("refuses it for %s", (_, input, expected) => {
    expect(wrong(input)).toEqual([expected]);
  });

  it("refuses what is nested without end", () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(wrong(machine({ options: loop }))[0]).toMatch(/nested deeper than 30 levels$/);
  });

  it("answers a resource or a ResourceError, whatever comes in", () => {
    const value = fc.anything({ maxDepth: 4, withNullPrototype: true });
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        wrong(a);
        wrong({ ...machine(), metadata: a, spec: b });
        wrong(machine({ disks: a, hardware: b, interfaces: [c], cloudInit: c, options: a }));
      }),
      { numRuns: 300 },
    );
  });
});
