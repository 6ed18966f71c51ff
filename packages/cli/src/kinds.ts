import type { KindInfo } from "@remuda/contract/manager";
import type { Api } from "./api/api";
import { CliError } from "./exit-status";
import { nearest } from "./text";

/** The kinds that a manager serves. */
export interface Kinds {
  all: readonly KindInfo[];
  /** By kind, plural or short name, in any case. */
  resolve(word: string): KindInfo;
}

export async function loadKinds(api: Api): Promise<Kinds> {
  const all = await api.explain("", "");
  return { all, resolve: (word) => resolveKind(all, word) };
}

export const wordsOf = ({ kind, plural, shortNames }: KindInfo): string[] => [kind.toLowerCase(), plural, ...shortNames];

function resolveKind(all: readonly KindInfo[], word: string): KindInfo {
  const found = all.find((k) => wordsOf(k).includes(word.toLowerCase()));
  if (found) return found;
  const near = nearest(word, all.flatMap(wordsOf));
  throw new CliError("NOT_FOUND", `there is no kind "${word}"`, {
    hint: near ? `did you mean ${near}?` : `there are ${all.map((k) => k.plural).join(", ")}`,
  });
}
