import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./program";

/** Which workspace packages the sources of each may import; tests may import more. */
const allowed: Record<string, readonly string[]> = {
  "packages/contract": [],
  "packages/tracing": [],
  "packages/provider-kit": ["contract", "tracing"],
  "packages/provider-conformance": ["contract"],
  "packages/resources": [],
  "packages/store": ["resources"],
  "packages/reconciler": [],
  "packages/libvirt-client": [],
  "packages/vsphere-client": [],
  "packages/gpu-clouds": [],
  "packages/cli": ["contract", "provider-conformance"],
  "services/manager": ["contract", "resources", "store", "reconciler", "tracing"],
  "services/provider-sim": ["contract", "provider-kit"],
  "services/provider-libvirt": ["contract", "provider-kit", "libvirt-client"],
  "services/provider-vsphere": ["contract", "provider-kit", "vsphere-client"],
  "services/provider-gpu": ["contract", "provider-kit", "gpu-clouds"],
  "examples/provider-memory": ["contract", "provider-kit"],
};

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name === "gen") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
const isTestCode = (path: string) => /\.test\.ts$|\/testing(\/|\.ts$)|\/broken\/|\/vitest\.ts$/.test(path);

describe("who imports whom", () => {
  test("every package is in the table", () => {
    const folders = ["packages", "services", "examples"].flatMap((top) =>
      readdirSync(join(repository, top), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${top}/${entry.name}`),
    );
    expect(folders.sort()).toEqual(Object.keys(allowed).sort());
  });

  test.each(Object.entries(allowed))("%s imports only %j", (folder, names) => {
    const foreign = sources(join(repository, folder))
      .filter((path) => !isTestCode(path))
      .flatMap((path) =>
        [...readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"(@remuda\/([a-z-]+)[^"]*)"/g)]
          .filter(([, , name]) => !names.includes(name ?? ""))
          .map(([, specifier]) => `${relative(repository, path)} imports ${specifier}`),
      );
    expect(foreign).toEqual([]);
  });

  test("only config.ts reads the environment", () => {
    const readers = Object.keys(allowed)
      .flatMap((folder) => sources(join(repository, folder)))
      .filter((path) => !isTestCode(path) && !path.endsWith("/config.ts") && /process\.env\b/.test(readFileSync(path, "utf8")))
      .map((path) => relative(repository, path));
    expect(readers).toEqual([]);
  });
});
