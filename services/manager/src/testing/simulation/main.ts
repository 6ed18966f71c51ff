import { parseArgs } from "node:util";
import { report } from "./report";
import { simulate } from "./simulate";

// What scripts/simulate.mjs runs: --seeds 5000 [--from N] [--bail] | --seed N [--trace]. Tells its parent how it went.
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      from: { type: "string" },
      seed: { type: "string" },
      trace: { type: "boolean" },
      bail: { type: "boolean" },
    },
  });
  const first = Number(values.seed ?? values.from ?? 1);
  const count = values.seed === undefined ? Number(values.seeds ?? 200) : 1;
  const failed: number[] = [];
  let passed = 0;
  let slowest = { seed: 0, convergedMs: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await simulate(seed);
    const { broken, trace, convergedMs, steps, managers } = outcome;
    if (convergedMs > slowest.convergedMs) slowest = { seed, convergedMs };
    if (values.trace) process.stdout.write(`${trace.lines.join("\n")}\n`);
    if (values.seed !== undefined)
      process.stdout.write(
        `seed ${seed}: ${steps} steps, ${managers} managers, converged after ${convergedMs / 1000} s, hash ${trace.hash()}\n`,
      );
    if (broken.length === 0) {
      passed++;
      continue;
    }
    failed.push(seed);
    process.stdout.write(`${values.trace ? broken.join("\n") : report(outcome)}\n`);
    if (values.bail) break;
  }
  process.send?.({ passed, failed, slowest });
  return failed.length > 0 ? 1 : 0;
}

// Not process.exit: what is written to a pipe would be cut off.
main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 2;
  },
);
