// Bundles every program of the repository to one CommonJS file beside its sources: services/NAME/dist/main.cjs, packages/cli/dist/remuda.cjs.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./install.mjs";

const programs = () =>
  ["services", "examples"]
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((folder) => existsSync(join(folder, "src/main.ts")))
    .map((folder) => ({ entry: join(folder, "src/main.ts"), outfile: join(folder, "dist/main.cjs") }))
    .concat({ entry: join(root, "packages/cli/src/main.ts"), outfile: join(root, "packages/cli/dist/remuda.cjs") });

export async function build() {
  const esbuild = await import("esbuild");
  await Promise.all(
    programs().map(({ entry, outfile }) =>
      esbuild.build({
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: "node",
        target: "node20.19",
        format: "cjs",
        minifyWhitespace: true,
        minifySyntax: true,
        // keepNames would define a property at each making of a closure; names as they are cost nothing, and profiles can be read.
        minifyIdentifiers: false,
        sourcemap: "linked",
        sourcesContent: false,
        // Native code can't be bundled; that of ssh2 is optional, and not built here.
        external: ["libsql", "cpu-features", "*.node"],
        define: { "import.meta.dirname": "__dirname" },
        logLevel: "warning",
      }),
    ),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build();
