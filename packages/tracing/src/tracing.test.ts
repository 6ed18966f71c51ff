import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { expect, test } from "vitest";
import { readTraceparent, startTracing } from "./index";

test("a traceparent is read, and what is none is not", () => {
  const ids = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
  expect(readTraceparent(`00-${ids}-01`)).toEqual({ traceId: ids.slice(0, 32), spanId: ids.slice(33), traceFlags: 1 });
  expect(readTraceparent(`01-${ids}-03-more`)).toMatchObject({ traceFlags: 1 });
  const zeros = (n: number) => "0".repeat(n);
  const wrong = [
    `ff-${ids}-01`,
    `00-${ids}-01-more`,
    `00-${ids}`,
    `00-${zeros(32)}-b7ad6b7169203331-01`,
    `00-${ids.slice(0, 32)}-${zeros(16)}-01`,
  ];
  for (const text of [undefined, "", ...wrong, `00-${ids.toUpperCase()}-01`]) expect(readTraceparent(text), text).toBeUndefined();
});

test("without an endpoint there is no tracing", async () => {
  expect(await startTracing({ endpoint: undefined, service: "s", version: "0", log: { warn() {} } })).toBeUndefined();
});

test("a collector that refuses is told once, without the password in its URL", async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on("end", () => response.writeHead(400).end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const warnings: string[] = [];
  const log = { warn: (fields: object, message: string) => void warnings.push(message + JSON.stringify(fields)) };
  const tracing = await startTracing({ endpoint: `http://user:hush@127.0.0.1:${port}/`, service: "s", version: "0", log });
  // More than one batch.
  for (let i = 0; i < 1_100; i++) tracing?.begin("work").end();
  await tracing?.close();
  server.close();
  expect(requests).toBeGreaterThan(1);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`http://127.0.0.1:${port}`);
  expect(warnings[0]).not.toContain("hush");
});

const root = join(import.meta.dirname, "../../..");

test.each(["manager", "provider-sim"])(
  "%s loads nothing of the OpenTelemetry SDK before traces are asked for",
  async (service) => {
    const entry = `services/${service}/src/main.ts`;
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["libsql", "*.node"],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    // prom-client brings the API alone.
    const isTelemetry = (path: string) => path.includes("@opentelemetry/") && !path.includes("/@opentelemetry/api/");
    expect([...reached(metafile, entry, true)].some(isTelemetry)).toBe(true);
    expect([...reached(metafile, entry, false)].filter(isTelemetry)).toEqual([]);
  },
  30_000,
);

function reached({ inputs }: Metafile, entry: string, withLazy: boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const { path, kind } of inputs[entry]?.imports ?? []) {
    if (inputs[path] && (withLazy || kind !== "dynamic-import")) reached({ inputs, outputs: {} }, path, withLazy, seen);
  }
  return seen;
}
