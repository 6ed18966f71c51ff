import type { JsonObject } from "@bufbuild/protobuf";
import { openApi } from "../api/api";
import { applyDocuments } from "../apply";
import { parseWanted } from "../condition";
import type { Target } from "../connection";
import type { Context } from "../context";
import type { SourceDocument } from "../documents";
import { CliError } from "../exit-status";
import { textAt } from "../field-path";
import type { LiveView } from "../live";
import { keyOf, refOf, troubleOf } from "../resource";
import { count, oneLine } from "../text";
import { among, type Resources, track } from "../track";
import { createProgressView, waitedTooLong } from "../waiting";

const phases: Record<string, string> = { Off: "Stopped", Suspended: "Suspended" };

export interface FirstSteps {
  documents: readonly SourceDocument[];
  target: Target;
  timeout: { text: string; ms: number };
  /** Whether `up` runs the simulator. */
  withSim: boolean;
  /** What a command in another terminal needs to find this manager, such as "--server 127.0.0.1:7800". */
  flags: string;
}

/** Applies resources to the manager that was just started, and shows the machines until they run. */
export async function takeFirstSteps(
  context: Context,
  live: LiveView,
  { documents, target, timeout, withSim, flags }: FirstSteps,
): Promise<void> {
  const api = openApi(target, { signal: context.signal });
  const view = createProgressView(context, live);
  try {
    await applyDocuments(api, documents, false, ({ key, action }) => view.print(`${oneLine(refOf(key))} ${action}`));
    const names = documents.filter((d) => d.key.kind === "VirtualMachine").map((d) => d.key.name);
    if (names.length === 0) return;
    const begin = context.now();
    // One watch over all kinds tells changes in their order: what a Provider's status says of its machines was told of them before.
    await track(
      context,
      api,
      { kind: "" },
      {
        timeoutMs: timeout.ms,
        onChange: (resources) => {
          const { providers, machines, missing } = standOf(names, resources);
          const unknown = new Set(providers.map((p) => textAt(p, "metadata.name")));
          view.show(
            shown([...providers.filter((p) => !isReady(p) && troubleOf(p) !== ""), ...machines.filter((m) => !unknown.has(providerOf(m)))]),
          );
          return providers.length === 0 && missing.length === 0 && machines.every(isThere);
        },
        onTimeout: (resources) => {
          const { providers, machines, missing } = standOf(names, resources);
          const error = waitedTooLong(timeout.text, "the machines", [...providers, ...machines.filter((m) => !isThere(m))], missing);
          return providers.length > 0 && !withSim
            ? new CliError(error.outcome, error.message, { hint: `leave out --no-sim if the simulator shall serve them; or ${error.hint}` })
            : error;
        },
      },
    );
    view.done();
    view.print(`${count(names.length, "machine")} as declared after ${((context.now() - begin) / 1000).toFixed(1)} s`);
    for (const line of whatNext(context, flags, names)) view.print(line);
  } finally {
    view.done();
    api.close();
  }
}

/** The machines that are there, the names of those that are not, and the Providers that don't say that they show them as they are now. */
function standOf(names: readonly string[], resources: Resources) {
  const machines = among(
    resources,
    names.map((name) => refOf({ kind: "VirtualMachine", name })),
  );
  const used = new Set(machines.map(providerOf));
  const refs = [...used].map((name) => refOf({ kind: "Provider", name }));
  const there = new Set(machines.map((m) => textAt(m, "metadata.name")));
  return {
    machines,
    providers: among(resources, refs).filter((p) => !(isReady(p) && isObserved(p))),
    missing: [...names.filter((name) => !there.has(name)), ...refs.filter((ref) => !resources.has(ref))],
  };
}

const shown = (resources: readonly JsonObject[]): Resources => new Map(resources.map((r) => [refOf(keyOf(r)), r]));

const providerOf = (machine: JsonObject) => textAt(machine, "status.provider") || textAt(machine, "spec.provider");

const holds = (words: string) => {
  const wanted = parseWanted(words);
  return (resource: JsonObject) => wanted.type === "state" && wanted.holds(resource);
};
const isReady = holds("condition=Ready");
const isObserved = holds("condition=Observed");
const isUnseen = holds("condition=Observed=Unknown");

/** As its newest spec says, in the phase that goes with it, and seen. */
const isThere = (machine: JsonObject) =>
  isReady(machine) && !isUnseen(machine) && textAt(machine, "status.phase") === (phases[textAt(machine, "spec.powerState")] ?? "Running");

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
