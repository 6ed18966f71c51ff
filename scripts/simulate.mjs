// npm run simulate: lives through many seeds of the manager's simulation. Arguments: --seeds N [--from N], or --seed N [--trace]
import { fork, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { install, root } from "./install.mjs";

install();
const esbuild = await import("esbuild");
const folder = join(root, "services/manager");
const outfile = join(folder, "dist/simulate.cjs");
await esbuild.build({
  entryPoints: [join(folder, "src/testing/simulation/main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  sourcemap: "linked",
  external: ["libsql"],
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
});
const { values } = parseArgs({
  options: Object.fromEntries(
    ["seeds", "from", "seed"]
      .map((name) => [name, { type: "string" }])
      .concat(["trace", "bail"].map((name) => [name, { type: "boolean" }])),
  ),
});
const number = (flag, otherwise) => {
  const value = Number(values[flag] ?? otherwise);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${flag}: expected a whole number of at least 1, got ${JSON.stringify(values[flag])}`);
  process.exit(2);
};
const node = ["--enable-source-maps"];
if (values.seed !== undefined || values.trace) {
  const { status } = spawnSync(process.execPath, [...node, outfile, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(status ?? 1);
}

// A process for every so many lives, as many side by side as there are processors: whole managers that were ended leave something in memory.
const seedsAProcess = 100;
const first = number("from", 1);
const last = first + number("seeds", 200) - 1;
const beganMs = performance.now();
const all = { passed: 0, failed: [], slowest: { seed: 0, convergedMs: 0 } };
let next = first;
let broken = false;

async function lives() {
  while (next <= last && !(values.bail && all.failed.length > 0)) {
    const from = next;
    next = Math.min(last + 1, from + seedsAProcess);
    const args = ["--from", `${from}`, "--seeds", `${next - from}`, ...(values.bail ? ["--bail"] : [])];
    const child = fork(outfile, args, { execArgv: node });
    let told;
    child.on("message", (message) => {
      told = message;
    });
    const status = await new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
    if (!told) {
      console.error(`seeds ${from} to ${next - 1}: the process ended with ${status} before it was through`);
      broken = true;
      continue;
    }
    all.passed += told.passed;
    all.failed.push(...told.failed);
    if (told.slowest.convergedMs > all.slowest.convergedMs) all.slowest = told.slowest;
    if (process.stderr.isTTY) console.error(`${all.passed + all.failed.length} of ${last - first + 1} seeds`);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, lives));
const failed = all.failed.sort((a, b) => a - b);
console.log(
  `${all.passed} seeds passed, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(", ")})` : ""} in ${((performance.now() - beganMs) / 1000).toFixed(1)} s; slowest to converge: seed ${all.slowest.seed}, ${all.slowest.convergedMs / 1000} s`,
);
process.exit(failed.length > 0 || broken ? 1 : 0);
