import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseWanted } from "./condition";
import { resolveTarget } from "./connection";
import { humanAge, parseDurationMs } from "./duration";
import { valuesAt } from "./field-path";
import { readSources } from "./files";
import { createLiveView } from "./live";
import { yamlOf } from "./output";
import { troubleOf } from "./resource";
import { createTerminal } from "./terminal";
import { Sink } from "./testing/sink";
import { nearest, oneLine } from "./text";
import { takeLock } from "./up/lock";
import { eachLine, renderLogLine } from "./up/log-lines";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "remuda-parts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const plain = { style: (_: string, text: string) => text };

describe("words", () => {
  it("reads durations and shows ages", () => {
    expect(["250ms", "30", "1h30m", "1.5s"].map(parseDurationMs)).toEqual([250, 30_000, 5_400_000, 1_500]);
    for (const wrong of ["", "soon", "5 m", "3x", "m"]) expect(() => parseDurationMs(wrong)).toThrow("no duration");
    expect([0, 119_000, 130_000, 3_600_000, 90 * 3_600_000].map(humanAge)).toEqual(["0s", "119s", "2m10s", "60m", "3d"]);
  });

  it("escapes whatever steers a terminal", () => {
    expect(oneLine("a\u001b[2Jb\r\n\tc\u009b\u202e")).toBe("a\\x1b[2Jb\\x0d\\n\\tc\\x9b\\u202e");
    expect(oneLine("Zürich · 東京")).toBe("Zürich · 東京");
  });

  it("knows the nearest word, and that none is near", () => {
    expect(nearest("virtualmachin", ["vm", "virtualmachine"])).toBe("virtualmachine");
    expect(nearest("banana", ["vm", "virtualmachine"])).toBeUndefined();
  });

  it("tells why a resource is not as wanted: what Ready says, else who uses it", () => {
    const condition = (type: string, status: string, reason: string) => ({ type, status, reason, message: "" });
    const trouble = (...conditions: ReturnType<typeof condition>[]) => troubleOf({ status: { conditions } });
    expect(trouble(condition("Created", "False", "Launching"), condition("Ready", "False", "NO_CAPACITY"))).toBe("NO_CAPACITY");
    expect(trouble(condition("InUse", "True", "UsedByMachines"))).toBe("UsedByMachines");
    expect(trouble(condition("Ready", "True", "AsDeclared"), condition("RestartRequired", "False", "NothingWaits"))).toBe("");
  });

  it("quotes in YAML what older readers take for true or false", async () => {
    const toYaml = await yamlOf();
    expect(toYaml({ powerState: "On", name: "web" })).toBe('powerState: "On"\nname: web\n');
  });

  it("names a home folder that can't be used, and the flag for another", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => takeLock(file, "")).toThrow(`the home folder ${file} can't be used: a file stands in the way`);
  });

  it("follows paths", () => {
    const value = {
      a: [
        { b: 1, t: "x" },
        { b: 2, t: "y" },
      ],
      labels: { "e.com/k": "v" },
      n: null,
    };
    expect(valuesAt(value, "a[*].b")).toEqual([1, 2]);
    expect(valuesAt(value, "a[t=y].b")).toEqual([2]);
    expect(valuesAt(value, "a[0].t")).toEqual(["x"]);
    expect(valuesAt(value, 'labels["e.com/k"]')).toEqual(["v"]);
    expect(valuesAt(value, "n.x")).toEqual([]);
    expect(valuesAt(value, "constructor")).toEqual([]);
  });

  it("reads what to wait for", () => {
    const holds = (text: string, resource: Parameters<Extract<ReturnType<typeof parseWanted>, { type: "state" }>["holds"]>[0]) => {
      const wanted = parseWanted(text);
      return wanted.type === "state" && wanted.holds(resource);
    };
    const old = { metadata: { generation: 2 }, status: { phase: "Running", observedGeneration: 1 } };
    expect(holds("phase=Running", old)).toBe(false);
    expect(holds("phase=Running", { ...old, metadata: { generation: 1 } })).toBe(true);
    expect(holds("condition=Ready=false", { status: { conditions: [{ type: "Ready", status: "False" }] } })).toBe(true);
    const readyOf = (observedGeneration: number) => ({
      metadata: { generation: 2 },
      status: { observedGeneration: 2, conditions: [{ type: "Ready", status: "True", observedGeneration }] },
    });
    expect([1, 2, 3].map((generation) => holds("condition=Ready", readyOf(generation)))).toEqual([false, true, true]);
    expect(holds("spec.a=b=c", { spec: { a: "b=c" } })).toBe(true);
    expect(() => parseWanted("Ready")).toThrow("can't wait");
  });
});

describe("files", () => {
  const all = async (path: string, recursive = false, stdin = Readable.from([])) => {
    const found = [];
    for await (const source of readSources(path, recursive, stdin)) found.push(source);
    return found;
  };

  it("refuses what is too large without reading it all, and what is no text", async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += 1;
        this.push(Buffer.alloc(1 << 20, "a"));
      },
    });
    await expect(all("-", false, endless)).rejects.toThrow("larger than 16 MiB");
    expect(given).toBeLessThan(30);
    writeFileSync(join(folder, "x.yaml"), Buffer.from([0xff, 0xfe, 0x00]));
    await expect(all(folder)).rejects.toThrow("no UTF-8");
  });

  it("never sends the token of one manager to another", () => {
    writeFileSync(join(folder, "token"), "secret");
    writeFileSync(join(folder, "connection.json"), JSON.stringify({ address: "127.0.0.1:7", tokenFile: join(folder, "token") }));
    const config = { server: undefined, tokenFile: undefined, home: folder, servicesDir: "", plain: false, editor: "vi", environment: {} };
    expect(resolveTarget(config, {})).toMatchObject({ url: "http://127.0.0.1:7", token: "secret" });
    expect(resolveTarget(config, { server: "127.0.0.1:8" }).token).toBeUndefined();
    writeFileSync(join(folder, "connection.json"), "{");
    expect(() => resolveTarget(config, {})).toThrow("damaged");
  });
});

describe("logs", () => {
  it("shows JSON lines in short, and others as they are", () => {
    const line = JSON.stringify({ level: 40, time: 0, msg: "slow \u001b[2J", requestId: "r", ms: 3, err: { message: "no", stack: "…" } });
    expect(renderLogLine(line, plain)).toMatch(/^\d\d:\d\d:\d\d WARN {2}slow \\x1b\[2J {2}ms=3 err="no"$/);
    expect(renderLogLine('{"level":"info","msg":"x"}', plain)).toBe("INFO  x");
    expect(renderLogLine("{not json", plain)).toBe("{not json");
  });

  it("puts lines together from pieces, and cuts one without an end", async () => {
    const lines: string[] = [];
    const stream = Readable.from(["a", "b\nc", "\n", "x".repeat(100_000), "tail"]);
    eachLine(stream, (line) => lines.push(line));
    await new Promise((done) => stream.on("close", done));
    expect(lines.slice(0, 2)).toEqual(["ab", "c"]);
    expect(lines.slice(2).map((l) => l.length)).toEqual([100_000, 4]);
  });
});

describe("live lines", () => {
  it("are drawn anew on a terminal, below lasting ones, and fit its width", () => {
    const stdout = new Sink(10);
    const terminal = createTerminal({ stdin: Readable.from([]), stdout, stderr: stdout, plain: false });
    const view = createLiveView(terminal);
    view.update(["one", "a line that is too long"]);
    view.print("log");
    expect(stdout.text).toBe("one\na line th\n\u001b[2A\r\u001b[Jlog\none\na line th\n");
  });

  it("do not appear elsewhere", () => {
    const stdout = new Sink();
    const view = createLiveView(createTerminal({ stdin: Readable.from([]), stdout, stderr: stdout, plain: false }));
    view.update(["one"]);
    view.print("log");
    expect(stdout.text).toBe("log\n");
  });
});

it("knows a word in which two letters changed places", () => {
  expect(nearest("hots", ["phase", "host"])).toBe("host");
});
