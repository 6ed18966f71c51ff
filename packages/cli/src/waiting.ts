import type { JsonObject } from "@bufbuild/protobuf";
import type { Context } from "./context";
import { CliError } from "./exit-status";
import { createLiveView, type LiveView } from "./live";
import { keyOf, refOf, summaryOf, troubleOf } from "./resource";
import type { Standing } from "./standing";
import { oneLine } from "./text";
import type { Resources } from "./track";

/** Shows how resources come along: live lines on a terminal, one line for each step elsewhere. */
export interface ProgressView {
  /** With the one that changed, the others are as they were shown before. */
  show(resources: Resources, changed?: string): void;
  /** A lasting line. */
  print(line: string): void;
  done(): void;
}

const mostLines = 20;

export function createProgressView(context: Context, live: LiveView = createLiveView(context.terminal)): ProgressView {
  const { terminal } = context;
  const told = new Map<string, string>();
  const lineOf = (resource: JsonObject) => {
    const trouble = oneLine(troubleOf(resource));
    const summary = oneLine(summaryOf(resource));
    return `${oneLine(refOf(keyOf(resource)))}  ${terminal.style(colorOf(summary), summary)}${trouble ? `  ${terminal.style("dim", trouble)}` : ""}`;
  };
  return {
    show: (resources, changed) => {
      if (terminal.interactive) {
        const shown: string[] = [];
        for (const resource of resources.values()) {
          if (shown.length === mostLines) break;
          shown.push(lineOf(resource));
        }
        live.update(resources.size > mostLines ? [...shown, `… and ${resources.size - mostLines} more`] : shown);
        return;
      }
      const one = changed === undefined ? undefined : resources.get(changed);
      // Off a terminal percentages would be noise: a line for each phase is enough.
      for (const [name, resource] of changed === undefined ? resources : one ? [[changed, one] as const] : []) {
        const step = `${summaryOf(resource).replace(/ \d+ %$/, "")} ${troubleOf(resource).split(":")[0]}`;
        if (told.get(name) !== step) live.print(lineOf(resource));
        told.set(name, step);
      }
    },
    print: (line) => live.print(line),
    done: () => live.done(),
  };
}

/** What is not as wanted, else the Providers that do not vouch for it. */
export function showWaiting(view: ProgressView, standing: Standing, changed?: string): void {
  const late = standing.late();
  if (late.size > 0) view.show(late, changed);
  else view.show(new Map(standing.unseen().map((provider) => [refOf(keyOf(provider)), provider])));
}

const colorOf = (summary: string) => {
  if (/^(Running|Connected)/.test(summary)) return "green";
  return /^(Failed|Unreachable|Invalid|Unknown)/.test(summary) ? "red" : "yellow";
};

/** TIMEOUT with where each resource stands. */
export function waitedTooLong(timeout: string, wanted: string, late: readonly JsonObject[], missing: readonly string[] = []): CliError {
  const lines = [
    ...missing.map((name) => `\n  ${name}: not there`),
    ...late.map((r) => {
      const trouble = oneLine(troubleOf(r));
      return `\n  ${refOf(keyOf(r))}: ${oneLine(summaryOf(r))}${trouble ? ` (${trouble})` : ""}`;
    }),
  ];
  const shown = lines.length > 20 ? [...lines.slice(0, 20), `\n  and ${lines.length - 20} more`] : lines;
  return new CliError("TIMEOUT", `waited ${timeout} for ${wanted}:${shown.join("") || " nothing is known yet"}`, {
    hint: "look with `remuda describe` while the manager runs, or wait longer with --timeout",
  });
}
