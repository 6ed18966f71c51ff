import { compilePath } from "./field-path";
import type { Column } from "./kinds";
import type { Resource } from "./metadata";

/** What a column shows of a resource: all values for a list, else the first; undefined if there is none. */
export function columnValue(resource: Resource, { path, type }: Pick<Column, "path" | "type">): unknown {
  const values = compilePath(path)(resource);
  if (type !== "list") return values[0];
  return values.length > 0 ? values.flat() : undefined;
}
