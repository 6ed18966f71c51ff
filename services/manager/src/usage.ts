import type { Resource } from "@remuda/resources";
import { resourceKey } from "./resource-key";

export interface Usage {
  /** Takes what the resource refers to now. */
  set(user: Resource, references: readonly { kind: string; name: string }[]): void;
  remove(user: Resource): void;
  /** Keys ("Kind/name") of the resources that refer to this one. */
  usersOf(kind: string, name: string): ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** Who refers to what, kept in step with the store; `onReleased` tells that a reference went away. */
export function createUsage(onReleased: (key: string) => void): Usage {
  const users = new Map<string, Set<string>>();
  const targets = new Map<string, ReadonlySet<string>>();

  const replace = (user: string, next: ReadonlySet<string>) => {
    const before = targets.get(user) ?? nobody;
    for (const target of next) {
      if (before.has(target)) continue;
      const set = users.get(target);
      if (set) set.add(user);
      else users.set(target, new Set([user]));
    }
    if (next.size > 0) targets.set(user, next);
    else targets.delete(user);
    for (const target of before) {
      if (next.has(target)) continue;
      const set = users.get(target);
      set?.delete(user);
      if (set?.size === 0) users.delete(target);
      onReleased(target);
    }
  };

  return {
    set: (user, references) =>
      replace(resourceKey(user.kind, user.metadata.name), new Set(references.map((r) => resourceKey(r.kind, r.name)))),
    remove: (user) => replace(resourceKey(user.kind, user.metadata.name), nobody),
    usersOf: (kind, name) => users.get(resourceKey(kind, name)) ?? nobody,
  };
}
