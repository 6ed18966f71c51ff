import { writeSync } from "node:fs";
import { createSqliteStore } from "./index";

// Run by crash.test.ts, and killed there at some moment. Each line on stdout tells what the store acknowledged, or is about to be asked.
const [path = "", round = "0"] = process.argv.slice(2);
const store = createSqliteStore({ path });
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

async function count(name: string) {
  let resource = (await store.get("Counter", name)) ?? (await store.create({ kind: "Counter", metadata: { name }, spec: { n: 0 } }));
  for (;;) {
    const { n } = resource.spec as { n: number };
    resource = await store.update({ ...resource, spec: { n: n + 1 } });
    say({ type: "count", name, n: n + 1, version: Number(resource.metadata.resourceVersion) });
  }
}

/** Two resources of one tick: there must never be one without the other. */
async function pair() {
  for (let i = 0; ; i++) {
    const name = `${round}-${i}`;
    const create = (side: string) => store.create({ kind: side, metadata: { name }, spec: { filler: "x".repeat(2_000) } });
    await Promise.all([create("Left"), create("Right")]);
    say({ type: "made", name });
    if (i % 2 === 0) continue;
    say({ type: "deleting", name });
    await Promise.all([store.delete("Left", name), store.delete("Right", name)]);
    say({ type: "deleted", name });
  }
}

Promise.all([count("a"), count("b"), pair()]).catch((error: unknown) => {
  say({ type: "failed", message: String(error) });
  process.exitCode = 1;
});
