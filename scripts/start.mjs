// npm start: installs, builds, and runs `remuda up` with the quickstart, or with the --apply FILE that is given. With --once it stops when the
// machines run.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { install, root } from "./install.mjs";

if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
  console.log(readFileSync(join(root, "scripts/start-help.txt"), "utf8").trimEnd());
  process.exit(0);
}
install();
const { build } = await import("./build.mjs");
await build();
const cli = join(root, "packages/cli/dist/remuda.cjs");
const flags = process.argv.slice(2);
const quickstart = flags.includes("--apply") ? [] : ["--apply", join(root, "examples/quickstart.yaml")];
const child = spawn(process.execPath, [cli, "up", ...quickstart, ...flags], { stdio: "inherit" });
// A terminal sends its Ctrl-C to both processes; a supervisor's SIGTERM comes to this one alone.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
