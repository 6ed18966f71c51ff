import type { JsonObject } from "@bufbuild/protobuf";
import type { Api } from "./api/api";
import { isTrue } from "./condition";
import type { Context } from "./context";
import type { CliError } from "./exit-status";
import { keyOf, refOf } from "./resource";
import { createStanding, providerOf, type Standing } from "./standing";
import { type Resources, track } from "./track";

const kind = "VirtualMachine";
const vouches = isTrue("Observed");

export interface OneMachine {
  name: string;
  timeoutMs: number;
  isThere(machine: JsonObject | undefined): boolean;
  /** Told after every change, with what is not as wanted: the machine, or a Provider that does not vouch for it. */
  onWait(standing: Standing): void;
  onTimeout(standing: Standing): CliError;
}

/**
 * Follows one machine until it is as wanted and its Provider vouches for that. Only these are asked for, not all that there is; changes of two
 * watches come in no order, so a machine counts that was read after its Provider was seen to be Observed.
 */
export async function trackOne(context: Context, api: Api, { name, timeoutMs, isThere, onWait, onTimeout }: OneMachine): Promise<void> {
  const ref = refOf({ kind, name });
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const providers = await listed(api);
    const standing = createStanding({ awaited: [ref], isThere, vouches });
    const known = new Map<string, JsonObject>(providers);
    let reread: string | undefined;
    const left = () => Math.max(1, Math.ceil(endsAt - performance.now()));
    await track(
      context,
      api,
      { kind, name },
      {
        timeoutMs: left(),
        onChange: (machines) => {
          const machine = machines.get(name);
          if (machine) known.set(ref, machine);
          else known.delete(ref);
          standing.take(known);
          onWait(standing);
          const provider = machine && providerOf(machine);
          if (standing.late().size > 0 || !provider || standing.isReached()) return standing.isReached();
          // As wanted, but nobody vouches for it: by the time that its Provider does, it may be otherwise.
          reread = provider;
          return true;
        },
        onTimeout: () => onTimeout(standing),
      },
    );
    if (reread === undefined) return;
    await track(
      context,
      api,
      { kind: "Provider", name: reread },
      {
        timeoutMs: left(),
        onChange: (found: Resources) => {
          for (const provider of found.values()) known.set(refOf(keyOf(provider)), provider);
          standing.take(known);
          onWait(standing);
          return [...found.values()].some(vouches);
        },
        onTimeout: () => onTimeout(standing),
      },
    );
  }
}

/** The same for any number of machines. One watch over all kinds tells changes in their order. */
export async function trackMachines(
  context: Context,
  api: Api,
  { names, ...following }: Omit<OneMachine, "name"> & { names: readonly string[] },
): Promise<void> {
  const [name, ...more] = names;
  if (name !== undefined && more.length === 0) return trackOne(context, api, { name, ...following });
  const { timeoutMs, isThere, onWait, onTimeout } = following;
  const refs = new Set(names.map((each) => refOf({ kind, name: each })));
  const standing = createStanding({ awaited: [...refs], isThere, vouches });
  await track(
    context,
    api,
    { kind: "" },
    {
      timeoutMs,
      keeps: (resource) => resource.kind === "Provider" || refs.has(refOf(keyOf(resource))),
      onChange: (resources, changed) => {
        standing.take(resources, changed);
        onWait(standing);
        return standing.isReached();
      },
      onTimeout: () => onTimeout(standing),
    },
  );
}

async function listed(api: Api): Promise<[string, JsonObject][]> {
  const found: [string, JsonObject][] = [];
  for await (const page of api.list({ kind: "Provider" })) found.push(...page.map((p): [string, JsonObject] => [refOf(keyOf(p)), p]));
  return found;
}
