// npm run simulate: lives through many seeds of the manager's simulation. Arguments: --seeds N [--from N], or --seed N [--trace]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
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
const { status } = spawnSync(process.execPath, ["--enable-source-maps", outfile, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
