import type { JsonObject } from "@bufbuild/protobuf";
import { openApi } from "../api/api";
import { applyDocuments } from "../apply";
import { isTrue } from "../condition";
import type { Target } from "../connection";
import type { Context } from "../context";
import type { SourceDocument } from "../documents";
import { CliError } from "../exit-status";
import { textAt } from "../field-path";
import type { LiveView } from "../live";
import { keyOf, refOf, troubleOf } from "../resource";
import { createStanding, providerOf } from "../standing";
import { count, oneLine } from "../text";
import { type Resources, track } from "../track";
import { createProgressView, waitedTooLong } from "../waiting";

const mostFollowed = 20;
const phases: Record<string, string> = { Off: "Stopped", Suspended: "Suspended" };

export interface FirstSteps {
  documents: readonly SourceDocument[];
  target: Target;
  timeout: { text: string; ms: number };
  /** Whether `up` runs the simulator. */
  withSim: boolean;
  /** What a command in another terminal needs to find this manager, such as "--server 127.0.0.1:7800". */
  flags: string;
  /** Everything stops when the machines run. */
  once: boolean;
}

/** Applies resources to the manager that was just started, and shows the machines until they run. */
export async function takeFirstSteps(
  context: Context,
  live: LiveView,
  { documents, target, timeout, withSim, flags, once }: FirstSteps,
): Promise<void> {
  const api = openApi(target, { signal: context.signal });
  const view = createProgressView(context, live);
  try {
    await applyDocuments(api, documents, false, ({ key, action, warnings }) => {
      view.print(`${oneLine(refOf(key))} ${action}`);
      for (const warning of warnings) view.print(`${context.terminal.style("yellow", "warning:")} ${warning}`);
    });
    const names = documents.filter((d) => d.key.kind === "VirtualMachine").map((d) => d.key.name);
    if (names.length === 0) return;
    const begin = context.now();
    const awaited = names.map((name) => refOf({ kind: "VirtualMachine", name }));
    const standing = createStanding({
      awaited,
      isThere,
      vouches: (provider) => isReady(provider) && isObserved(provider),
    });
    // One watch over all kinds tells changes in their order: what a Provider's status says of its machines was told of them before.
    await track(
      context,
      api,
      { kind: "" },
      {
        timeoutMs: timeout.ms,
        onChange: (resources, changed) => {
          standing.take(resources, changed);
          const providers = standing.unseen();
          const unknown = new Set(providers.map((p) => textAt(p, "metadata.name")));
          // Few are shown to the end, so that people see them run; of many only those that are not there yet.
          const followed =
            awaited.length > mostFollowed
              ? standing.late().values()
              : awaited.map((ref) => resources.get(ref)).filter((m) => m !== undefined);
          const machines = [...followed].filter((m) => !unknown.has(providerOf(m)));
          view.show(shown([...providers.filter((p) => !isReady(p) && troubleOf(p) !== ""), ...machines]));
          return standing.isReached();
        },
        onTimeout: () => {
          const providers = standing.unseen();
          const error = waitedTooLong(timeout.text, "the machines", [...providers, ...standing.late().values()], standing.missing());
          return providers.length > 0 && !withSim
            ? new CliError(error.outcome, error.message, { hint: `leave out --no-sim if the simulator shall serve them; or ${error.hint}` })
            : error;
        },
      },
    );
    view.done();
    view.print(`${count(names.length, "machine")} as declared after ${((context.now() - begin) / 1000).toFixed(1)} s`);
    for (const line of once ? howToStay(context) : whatNext(context, flags, names)) view.print(line);
  } finally {
    view.done();
    api.close();
  }
}

const shown = (resources: readonly JsonObject[]): Resources => new Map(resources.map((r) => [refOf(keyOf(r)), r]));

const isReady = isTrue("Ready");
const isObserved = isTrue("Observed");

/** As its newest spec says, in the phase that goes with it, and seen. */
const isThere = (machine: JsonObject | undefined) =>
  machine !== undefined &&
  isReady(machine) &&
  textAt(machine, "status.conditions[type=Observed].status") !== "Unknown" &&
  textAt(machine, "status.phase") === (phases[textAt(machine, "spec.powerState")] ?? "Running");

const howToStay = ({ terminal }: Context): string[] => [
  "",
  `All of it stops now, as --once says. ${terminal.style("bold", "Without --once")} the same command stays, for others in another terminal.`,
  "",
];

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
