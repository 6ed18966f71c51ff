import { ResourceError } from "./error";
import { type Kind, type KindName, kinds } from "./kinds";
import { didYouMean } from "./nearest";

const byAnyName = new Map<string, Kind & { kind: KindName }>();
for (const kind of Object.values(kinds)) {
  for (const name of [kind.kind, kind.plural, ...kind.shortNames]) byAnyName.set(name.toLowerCase(), kind);
}

/** The kind called "VirtualMachine", "virtualmachines" or "vm", in whatever case. Throws a ResourceError that names the nearest. */
export function lookupKind(name: string): Kind & { kind: KindName } {
  const found = byAnyName.get(name.toLowerCase());
  if (found) return found;
  const all = Object.values(kinds).flatMap((kind) => [kind.kind, kind.plural, ...kind.shortNames]);
  throw new ResourceError([
    {
      path: "kind",
      message: `unknown kind ${JSON.stringify(name.slice(0, 80))}${didYouMean(name, all) || `; one of ${Object.keys(kinds).join(", ")}`}`,
    },
  ]);
}

export const isKindName = (text: unknown): text is KindName => typeof text === "string" && Object.hasOwn(kinds, text);
