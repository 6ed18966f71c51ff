import type { Resource } from "@remuda/resources";

/** All resources of one kind, by name and in the order of their names. */
export interface Table {
  get(name: string): Resource | undefined;
  set(resource: Resource): void;
  remove(name: string): void;
  /** Frozen; the same array until something changes. */
  list(): readonly Resource[];
}

/** A write costs a binary search; the list is copied at the first read after a write. */
export function createTable(): Table {
  const byName = new Map<string, Resource>();
  const ordered: Resource[] = [];
  let list: readonly Resource[] | undefined;

  const indexOf = (name: string) => {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ordered[middle]?.metadata.name ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get: (name) => byName.get(name),
    set(resource) {
      const { name } = resource.metadata;
      ordered.splice(indexOf(name), byName.has(name) ? 1 : 0, resource);
      byName.set(name, resource);
      list = undefined;
    },
    remove(name) {
      if (!byName.delete(name)) return;
      ordered.splice(indexOf(name), 1);
      list = undefined;
    },
    list() {
      list ??= Object.freeze(ordered.slice());
      return list;
    },
  };
}
