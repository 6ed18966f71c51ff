import { parseArgs } from "node:util";
import { report } from "./report";
import { simulate } from "./simulate";

// npm run simulate -- --seeds 5000 [--from N] [--bail] | --seed N [--trace]
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
  const beganMs = performance.now();
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
    if (broken.length === 0) continue;
    failed.push(seed);
    process.stdout.write(`${values.trace ? broken.join("\n") : report(outcome)}\n`);
    if (values.bail) break;
  }
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  process.stdout.write(
    `${count - failed.length} seeds passed, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(", ")})` : ""} in ${seconds} s; slowest to converge: seed ${slowest.seed}, ${slowest.convergedMs / 1000} s\n`,
  );
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
