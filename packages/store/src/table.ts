import type { Resource } from "@remuda/resources";

/** All resources of one kind, by name and in the order of their names. */
export interface Table {
  get(name: string): Resource | undefined;
  set(resource: Resource): void;
  remove(name: string): void;
  /** Frozen; the same array until something changes. */
  list(): readonly Resource[];
}

/** A write costs a binary search; the list is made anew at the first read after a write. */
export function createTable(): Table {
  const byName = new Map<string, Resource>();
  const names: string[] = [];
  let items: readonly Resource[] | undefined;

  const indexOf = (name: string) => {
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((names[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get: (name) => byName.get(name),
    set(resource) {
      const { name } = resource.metadata;
      if (!byName.has(name)) names.splice(indexOf(name), 0, name);
      byName.set(name, resource);
      items = undefined;
    },
    remove(name) {
      if (!byName.delete(name)) return;
      names.splice(indexOf(name), 1);
      items = undefined;
    },
    list() {
      items ??= Object.freeze(names.flatMap((name) => byName.get(name) ?? []));
      return items;
    },
  };
}
