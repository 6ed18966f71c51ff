// Brings a checkout to where it can be built: the right Node, the pinned pnpm, the locked dependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pnpm = "pnpm@10.34.9";
const oldest = [20, 19];

/** Runs a command in the repository; ends this process with its status when it fails. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    encoding: "utf8",
  });
  if (status === 0) return;
  if (quiet) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  console.error(`\n${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ` with status ${status}`}`);
  process.exit(status || 1);
}

/** The command line that runs pnpm without a global install. */
export const pnpmCommand = (...args) => ["npx", ["-y", pnpm, ...args]];

/** Installs the dependencies unless they are there for this very lock file. */
export function install() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    console.error(
      `Remuda needs Node ${oldest.join(".")} or newer; this is ${process.version}. Install a newer one from https://nodejs.org`,
    );
    process.exit(1);
  }
  const locked = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  const marker = join(root, "node_modules", ".installed-lock");
  if (readIfThere(marker) === locked) return;
  console.error("Installing dependencies …");
  // CI=true keeps pnpm from asking before it replaces a folder.
  run(...pnpmCommand("install", "--frozen-lockfile", "--prefer-offline"), { quiet: true, env: { CI: "true" } });
  writeFileSync(marker, locked);
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
