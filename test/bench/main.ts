import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { core } from "./core";
import { faults } from "./faults";
import { jsonRow, type Row, reached, table } from "./report";

const usage = `pnpm bench [NAME …]: measures real processes on this machine

  core                 from Apply to Running, beside what this machine could do at best; at rest; a change on the platform
  faults               one provider's machines while another is paused, with calls failing and answers lost

  --json FILE          write the rows there too
  --machines N,N,…     core: how many machines, one run for each [1000,10000]
  --concurrency N      core: calls to the provider at once [64]
  --batch N            core: resources in one Apply [500]
  --rest-seconds N     core: how long to look on while nothing happens [15]
  --keep-dir DIR       core: let the programs keep their data, logs and profiles there
  --manager-node FLAGS core: flags for the manager's node, such as --cpu-prof
  --sim-node FLAGS     core: flags for the simulator's node
  --check              end with status 1 if a goal is missed
  --help`;

class UsageError extends Error {}

const benches = { core, faults } as const;
const isBench = (name: string): name is keyof typeof benches => Object.hasOwn(benches, name);

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = names.find((name) => !isBench(name));
  if (unknown !== undefined) throw new UsageError(`there is no bench "${unknown}"; there is: ${Object.keys(benches).join(", ")}`);
  const options = {
    machines: values.machines.split(",").map((text) => count("machines", text)),
    concurrency: count("concurrency", values.concurrency),
    batch: count("batch", values.batch),
    restSeconds: count("rest-seconds", values["rest-seconds"]),
    keepDir: values["keep-dir"],
    managerNode: values["manager-node"]?.split(" ") ?? [],
    simNode: values["sim-node"]?.split(" ") ?? [],
    say: (line: string) => console.error(line),
  };
  const measured: { bench: string; rows: Row[] }[] = [];
  for (const bench of names.filter(isBench)) {
    const rows = await benches[bench](options);
    measured.push({ bench, rows });
    console.log(`\n${bench}\n${table(rows)}\n`);
  }
  if (values.json !== undefined) {
    const rows = measured.flatMap(({ bench, rows }) => rows.map((row) => jsonRow(bench, row)));
    writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
  }
  const missed = measured.flatMap(({ rows }) => rows).filter((row) => reached(row) === false);
  return values.check && missed.length > 0 ? 1 : 0;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: "string" },
        machines: { type: "string", default: "1000,10000" },
        concurrency: { type: "string", default: "64" },
        batch: { type: "string", default: "500" },
        "rest-seconds": { type: "string", default: "15" },
        "keep-dir": { type: "string" },
        "manager-node": { type: "string" },
        "sim-node": { type: "string" },
        check: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function count(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${flag}: "${text}" is not a whole number above 0`);
  return number;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    if (error instanceof UsageError) {
      console.error(`bench: ${error.message}; see --help`);
      process.exit(2);
    }
    console.error(error);
    process.exit(1);
  },
);
