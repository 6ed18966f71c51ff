import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { deploy, documents } from "./deployments";
import { allRunning, type Installation, machine, startInstallation, surroundings } from "./installation";
import { eventually, freePort } from "./program";

/** Those that Prometheus itself makes or sets. */
const ofPrometheus = { metrics: ["up"], labels: ["job", "instance", "le"] };

const target = z.object({ expr: z.string() });
const dashboardSchema = z.object({
  panels: z.array(z.object({ id: z.number(), title: z.string(), targets: z.array(target).default([]) })),
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.unknown() })) }),
});
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboard = dashboardSchema.parse(JSON.parse(readFileSync(deploy("grafana/remuda.json"), "utf8")));
const alerts = rulesSchema.parse(documents("prometheus/rules.yaml")[0]).groups.flatMap(({ rules }) => rules);

const queries = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `panel "${title}"`, expr }))),
  ...alerts.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
];

const names = (expr: string) => [...expr.matchAll(/\b(?:remuda|process|nodejs)_[a-z0-9_]+|\bup\b/g)].map(([name]) => name);
/** In matchers and in by (…). */
const labels = (expr: string) => [
  ...[...expr.matchAll(/([a-z_]+)\s*(?:=~|!=|!~|=)\s*"/g)].map(([, label]) => label ?? ""),
  ...[...expr.matchAll(/by\s*\(([^)]*)\)/g)].flatMap(([, list]) => (list ?? "").split(",").map((label) => label.trim())),
];

describe("dashboard and alert rules", () => {
  const exposed = { metrics: new Set(ofPrometheus.metrics), labels: new Set(ofPrometheus.labels) };
  let installation: Installation;
  afterAll(() => installation?.stop());

  beforeAll(async () => {
    const [manager, sim] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    installation = await startInstallation({
      managerFlags: ["--http-listen", manager],
      simFlags: ["--http-listen", sim, "--latency-ms", "50"],
    });
    await installation.apply(...surroundings(installation.providerAddress), machine("seen"));
    await allRunning(installation, 1);
    for (const address of [manager, sim]) {
      const scraped = await eventually(`metrics of ${address}`, async () => {
        const text = await (await fetch(`http://${address}/metrics`)).text();
        return /_calls_total\{|_rpc_total\{/.test(text) ? text : undefined;
      });
      for (const [, name = "", type] of scraped.matchAll(/^# TYPE (\S+) (\S+)/gm))
        for (const ending of type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]) exposed.metrics.add(name + ending);
      for (const [, list = ""] of scraped.matchAll(/^[a-z_0-9]+\{(.*)\} /gm))
        for (const [, label = ""] of list.matchAll(/([a-z_]+)="/g)) exposed.labels.add(label);
    }
  });

  test.each(queries)("$where asks for what is exposed: $expr", ({ expr }) => {
    expect(names(expr)).not.toEqual([]);
    expect(names(expr).filter((name) => !exposed.metrics.has(name))).toEqual([]);
    expect(labels(expr).filter((label) => !exposed.labels.has(label))).toEqual([]);
  });

  test("every metric of our own stands in the dashboard", () => {
    const shown = new Set(dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => names(expr))));
    const own = [...exposed.metrics].filter((name) => name.startsWith("remuda_") && !/_(sum|count)$/.test(name));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  test("panels have numbers of their own, and alerts names of their own", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test("every variable of the dashboard's queries is one that it or Grafana defines", () => {
    const defined = new Set([...dashboard.templating.list.map(({ name }) => name), "__rate_interval"]);
    const used = queries.flatMap(({ where, expr }) => (where.startsWith("panel") ? [...expr.matchAll(/\$([a-z_]+)/g)] : []));
    expect(used.map(([, name]) => name).filter((name) => !defined.has(name ?? ""))).toEqual([]);
  });
});
