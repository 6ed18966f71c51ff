// npm test: installs, builds, and runs every test. Arguments go to vitest: npm test -- packages/store
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install, root } from "./install.mjs";

install();
const { build } = await import("./build.mjs");
await build();
const { peerEnvironment } = await import("./peers.mjs");
const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, ...peerEnvironment() },
  stdio: "inherit",
});
process.exit(status ?? 1);
