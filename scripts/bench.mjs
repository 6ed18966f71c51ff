// pnpm bench: installs, builds, bundles test/bench and runs it. Arguments go there: pnpm bench core --json rows.json
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install, root } from "./install.mjs";

install();
const { build } = await import("./build.mjs");
await build();
const esbuild = await import("esbuild");
const folder = join(root, "test");
await esbuild.build({
  entryPoints: [join(folder, "bench/main.ts"), join(folder, "bench/floor-server.ts")],
  outdir: join(folder, "dist"),
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  sourcemap: "linked",
  external: ["libsql", "cpu-features", "*.node"],
  // Where the sources look for the repository's programs from.
  define: { "import.meta.dirname": JSON.stringify(join(folder, "bench")) },
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, ["--enable-source-maps", join(folder, "dist/main.cjs"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exit(status ?? 1);
