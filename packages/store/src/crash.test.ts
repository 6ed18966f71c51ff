import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSqliteStore } from "./index";

interface Line {
  type: "count" | "made" | "deleting" | "deleted" | "failed";
  name: string;
  n: number;
  version: number;
  message: string;
}

const folder = mkdtempSync(join(tmpdir(), "store-crash-"));
const path = join(folder, "state.db");
// Below node_modules: from there it finds libsql.
const writer = join(import.meta.dirname, "../node_modules/.cache/crash-writer.cjs");

beforeAll(() => {
  buildSync({
    entryPoints: [join(import.meta.dirname, "crash-writer.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["libsql"],
    outfile: writer,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the writer; `onLine` says when it is enough. Ends when the process has ended and everything that it said was read. */
async function write(command: string, args: string[], onLine: (line: Line, child: ChildProcess) => void): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => {
    errors += data;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) onLine(JSON.parse(line) as Line, child);
  await ended;
  return errors;
}

describe("a writer that is killed with kill -9", () => {
  it("leaves every acknowledged write behind, groups whole, and versions that go on", async () => {
    const counts = new Map<string, number>();
    const pairs = new Map<string, "made" | "deleting" | "deleted">();
    let newestVersion = 0;
    let ownerId: string | undefined;
    for (let round = 0; round < 8; round++) {
      const enough = 20 + ((round * 137) % 400);
      let lines = 0;
      const errors = await write(process.execPath, [writer, path, String(round)], (line, child) => {
        if (line.type === "failed") throw new Error(line.message);
        if (line.type === "count") {
          expect(line.version).toBeGreaterThan(newestVersion);
          newestVersion = line.version;
          counts.set(line.name, line.n);
        } else pairs.set(line.name, line.type);
        if (++lines === enough) child.kill("SIGKILL");
      });
      expect([errors, lines >= enough]).toEqual(["", true]);

      const store = createSqliteStore({ path });
      ownerId ??= await store.ownerId();
      expect(await store.ownerId()).toBe(ownerId);
      expect(Number(await store.resourceVersion())).toBeGreaterThanOrEqual(newestVersion);
      for (const [name, n] of counts) {
        // The next one may have been written and its answer lost.
        const counter = await store.get("Counter", name);
        expect([{ n }, { n: n + 1 }]).toContainEqual(counter?.spec);
      }
      const names = async (kind: string) => (await store.list(kind)).items.map((r) => r.metadata.name);
      const left = await names("Left");
      expect(await names("Right")).toEqual(left);
      for (const [name, state] of pairs) if (state !== "deleting") expect(left.includes(name)).toBe(state === "made");
      await store.close();
    }
    expect(newestVersion).toBeGreaterThan(500);
  });

  it("leaves no lock behind, while a living one keeps others out", async () => {
    let refused: unknown;
    await write(process.execPath, [writer, path, "lock"], (_, child) => {
      try {
        if (!refused) createSqliteStore({ path });
      } catch (error) {
        refused = error;
        child.kill("SIGKILL");
      }
    });
    expect(String(refused)).toMatch(/state\.db is in use by another process; stop that one first/);
    await createSqliteStore({ path }).close();
  });
});

it.skipIf(process.platform !== "linux")("a disk that is full fails the writes of its group and keeps what was there", async () => {
  const full = join(folder, "full.db");
  await createSqliteStore({ path: full }).close();
  let last: Line | undefined;
  const made = new Set<string>();
  // bash counts in KiB: no file of the process may grow beyond 2 MiB.
  await write("bash", ["-c", `ulimit -f 2048; exec "$@"`, "bash", process.execPath, writer, full, "0"], (line) => {
    last = line;
    if (line.type === "made") made.add(line.name);
    if (line.type === "deleting") made.delete(line.name);
  });
  expect(last).toMatchObject({ type: "failed", message: expect.stringMatching(/^UnwritableError: the store .*its disk is full/) });
  const store = createSqliteStore({ path: full });
  const names = (await store.list("Left")).items.map((r) => r.metadata.name);
  expect(names).toEqual(expect.arrayContaining([...made]));
  expect((await store.list("Right")).items.map((r) => r.metadata.name)).toEqual(names);
  expect(made.size).toBeGreaterThan(10);
  await store.close();
});
