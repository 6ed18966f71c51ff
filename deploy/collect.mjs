// Lays out what an image holds: node deploy/collect.mjs SERVICE FOLDER. Only the bundle, its native module, the health check and Node itself.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [service, target] = process.argv.slice(2);
const repository = join(import.meta.dirname, "..");
const from = join(repository, "services", service ?? "");
const bundle = join(from, "dist/main.cjs");
if (!service || !target || !existsSync(bundle)) {
  console.error("usage: node deploy/collect.mjs SERVICE FOLDER, where services/SERVICE has been built");
  process.exit(2);
}

const program = join(target, "opt/remuda");
mkdirSync(program, { recursive: true });
copyFileSync(bundle, join(program, "main.cjs"));
copyFileSync(join(repository, "LICENSE"), join(program, "LICENSE"));
copyFileSync(join(import.meta.dirname, "health.cjs"), join(program, "health.cjs"));
copyModule("libsql", join(from, "package.json"));
mkdirSync(join(target, "usr/local/bin"), { recursive: true });
copyFileSync(process.execPath, join(target, "usr/local/bin/node"));

/** A module with what it depends on, side by side. */
function copyModule(name, importer) {
  const folder = findModule(name, importer);
  // Prebuilt code of another platform or C library is not installed, or not for this image.
  if (folder === undefined || name.endsWith("-musl")) return;
  const place = join(program, "node_modules", name);
  if (existsSync(place)) return;
  cpSync(folder, place, { recursive: true, dereference: true, filter: (path) => !/\.(d\.ts|map|md)$/i.test(path) });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) copyModule(next, join(folder, "package.json"));
}

function findModule(name, importer) {
  const folder = createRequire(importer)
    .resolve.paths(name)
    ?.map((modules) => join(modules, name))
    .find((candidate) => existsSync(join(candidate, "package.json")));
  // pnpm links: what it depends on lies beside the real folder.
  return folder && realpathSync(folder);
}
