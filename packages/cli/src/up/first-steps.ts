import type { JsonObject } from "@bufbuild/protobuf";
import { openApi } from "../api/api";
import { applyDocuments } from "../apply";
import { parseWanted } from "../condition";
import type { Target } from "../connection";
import type { Context } from "../context";
import type { SourceDocument } from "../documents";
import { textAt } from "../field-path";
import type { LiveView } from "../live";
import { refOf } from "../resource";
import { count, oneLine } from "../text";
import { type Resources, track } from "../track";
import { createProgressView, waitedTooLong } from "../waiting";

const phases: Record<string, string> = { Off: "Stopped", Suspended: "Suspended" };

export interface FirstSteps {
  documents: readonly SourceDocument[];
  target: Target;
  timeout: { text: string; ms: number };
  /** What a command in another terminal needs to find this manager, such as "--server 127.0.0.1:7800". */
  flags: string;
}

/** Applies resources to the manager that was just started, and shows the machines until they run. */
export async function takeFirstSteps(context: Context, live: LiveView, { documents, target, timeout, flags }: FirstSteps): Promise<void> {
  const api = openApi(target, { signal: context.signal });
  const view = createProgressView(context, live);
  try {
    await applyDocuments(api, documents, false, ({ key, action }) => view.print(`${oneLine(refOf(key))} ${action}`));
    const kind = "VirtualMachine";
    const names = new Set(documents.filter((d) => d.key.kind === kind).map((d) => d.key.name));
    if (names.size === 0) return;
    const ours = (resources: Resources) => new Map([...resources].filter(([name]) => names.has(name)));
    const late = (resources: Resources) => [...ours(resources).values()].filter((r) => !isThere(r));
    const begin = context.now();
    await track(
      context,
      api,
      { kind },
      {
        timeoutMs: timeout.ms,
        onChange: (resources) => {
          const machines = ours(resources);
          view.show(machines);
          return machines.size === names.size && late(resources).length === 0;
        },
        onTimeout: (resources) =>
          waitedTooLong(
            timeout.text,
            "the machines",
            late(resources),
            [...names].filter((n) => !resources.has(n)),
          ),
      },
    );
    view.done();
    view.print(`${count(names.size, "machine")} as declared after ${((context.now() - begin) / 1000).toFixed(1)} s`);
    for (const line of whatNext(context, flags, [...names])) view.print(line);
  } finally {
    view.done();
    api.close();
  }
}

const ready = parseWanted("condition=Ready");

/** As its newest spec says, and in the phase that goes with it. */
const isThere = (machine: JsonObject) =>
  ready.type === "state" &&
  ready.holds(machine) &&
  textAt(machine, "status.phase") === (phases[textAt(machine, "spec.powerState")] ?? "Running");

function whatNext({ self, terminal }: Context, flags: string, [first = "NAME", ...more]: readonly string[]): string[] {
  const commands = [
    ["get vm -o wide", "the machines"],
    [`describe vm ${first}`, "one of them, with its events"],
    [`power off ${first} --wait`, "stop it"],
    [`delete vm ${more[0] ?? first}`, "delete one"],
    ["explain vm.spec", "what can be declared"],
  ] as const;
  const whole = commands.map(([command, why]) => [[self, command, flags].filter((word) => word !== "").join(" "), why] as const);
  const width = Math.max(...whole.map(([command]) => command.length));
  const lines = whole.map(([command, why]) => `  ${terminal.style("bold", command.padEnd(width))}   ${why}`);
  return ["", "Try next, in another terminal:", ...lines, ""];
}
