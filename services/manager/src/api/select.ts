import { type KindName, kinds, lookupKind, parseFieldSelector, parseLabelSelector, type Resource, ResourceError } from "@remuda/resources";

const allKinds = Object.values(kinds).map(({ kind }) => kind);

/** The kind of a request that must have one, in its full name. */
export function requireKind(kind: string): KindName {
  if (kind === "") throw new ResourceError([{ path: "kind", message: "required: a kind such as VirtualMachine or vm" }]);
  return lookupKind(kind).kind;
}

export function requireName(name: string): string {
  if (name === "") throw new ResourceError([{ path: "name", message: "required: the resource's name" }]);
  return name;
}

/** Both selectors as one predicate over a kind, or over all; undefined: everything matches. */
export function selection(
  kind: KindName | undefined,
  labelSelector: string,
  fieldSelector: string,
): ((resource: Resource) => boolean) | undefined {
  if (labelSelector === "" && fieldSelector === "") return undefined;
  const byLabel = parseLabelSelector(labelSelector);
  const byField = parseFieldSelector(fieldSelector, kind === undefined ? allKinds : [kind]);
  return (resource) => byLabel(resource) && byField(resource);
}
