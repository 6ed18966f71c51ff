import { nearest } from "./nearest";

/** "; did you mean spec.disks?": a field beside it or below its parent first, then one of its name elsewhere, then any that is near. */
export function nearestField(path: string, fields: readonly string[]): string {
  const at = path.lastIndexOf(".") + 1;
  const [parent, last] = [path.slice(0, at), path.slice(at)];
  const siblings = fields.filter((field) => field.startsWith(parent) && !field.includes(".", at)).map((field) => field.slice(at));
  const sibling = nearest(last, siblings);
  if (sibling !== undefined) return `; did you mean ${parent}${sibling}?`;
  const ending = `.${last.toLowerCase()}`;
  const sameName = fields.filter((field) => field.toLowerCase().endsWith(ending));
  const found = nearest(path, sameName) ?? sameName[0] ?? nearest(path, fields);
  return found === undefined ? "" : `; did you mean ${found}?`;
}
