import type { JsonObject } from "@bufbuild/protobuf";
import { textAt } from "./field-path";
import { refOf } from "./resource";
import type { Resources } from "./track";

/** Which of the awaited are not as wanted yet, and whose Provider does not vouch for them. A change costs what changed, however many are awaited. */
export interface Standing {
  /** Takes up what became of one of the resources; without it, of all of them. */
  take(resources: Resources, changed?: string): void;
  /** There, and not as wanted. */
  late(): Resources;
  /** Awaited, or the Provider of an awaited machine, and not there. */
  missing(): string[];
  /** Providers of awaited machines that are there and don't say that they show them as they are now. */
  unseen(): JsonObject[];
  isReached(): boolean;
}

export interface StandingOptions {
  /** As the resources are keyed. */
  awaited: readonly string[];
  isThere(resource: JsonObject | undefined): boolean;
  /** Of a Provider; left out: none is asked. */
  vouches?(provider: JsonObject): boolean;
}

export function createStanding({ awaited, isThere, vouches }: StandingOptions): Standing {
  const ids = new Set(awaited);
  const late = new Map<string, JsonObject>();
  const absent = new Set<string>();
  const providers = new Map<string, string>();
  const machines = new Map<string, number>();
  let known: Resources = new Map();

  const count = (ref: string, by: number) => {
    const left = (machines.get(ref) ?? 0) + by;
    if (left === 0) machines.delete(ref);
    else machines.set(ref, left);
  };
  const judge = (id: string) => {
    const resource = known.get(id);
    late.delete(id);
    absent.delete(id);
    if (!isThere(resource)) {
      if (resource) late.set(id, resource);
      else absent.add(id);
    }
    const before = providers.get(id);
    const provider = vouches && resource ? providerOf(resource) : "";
    const after = provider === "" ? undefined : refOf({ kind: "Provider", name: provider });
    if (before === after) return;
    if (before !== undefined) count(before, -1);
    if (after === undefined) providers.delete(id);
    else {
      count(after, 1);
      providers.set(id, after);
    }
  };
  const absentProviders = () => [...machines.keys()].filter((ref) => !known.has(ref));
  const unseen = () =>
    [...machines.keys()].flatMap((ref) => {
      const provider = known.get(ref);
      return provider && vouches && !vouches(provider) ? [provider] : [];
    });

  return {
    take: (resources, changed) => {
      known = resources;
      if (changed === undefined) for (const id of ids) judge(id);
      else if (ids.has(changed)) judge(changed);
    },
    late: () => late,
    missing: () => [...absent, ...absentProviders()],
    unseen,
    isReached: () => late.size + absent.size === 0 && absentProviders().length === 0 && unseen().length === 0,
  };
}

/** The name of the one that serves a machine, or shall. */
export const providerOf = (machine: JsonObject): string => textAt(machine, "status.provider") || textAt(machine, "spec.provider");
