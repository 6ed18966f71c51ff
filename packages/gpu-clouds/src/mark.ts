import type { Mark } from "./cloud";

const owner = "remuda-owner";
const uid = "remuda-uid";
const name = "remuda-name";

/** A mark as tags with keys and values. The keys have no "/", which labels of Google don't take. */
export const markTags = (mark: Mark): Record<string, string> => ({ [owner]: mark.owner, [uid]: mark.uid, [name]: mark.name });

/** Undefined where a part is missing: then it is none of ours. */
export function markOfTags(tags: Readonly<Record<string, string | undefined>>): Mark | undefined {
  const [by, of, called] = [tags[owner], tags[uid], tags[name]];
  return by && of && called ? { owner: by, uid: of, name: called } : undefined;
}

/** A mark as plain tags, in letters that every cloud takes. */
export const markWords = (mark: Mark): string[] => Object.entries(markTags(mark)).map(([key, value]) => `${key}:${value}`);

export function markOfWords(words: readonly string[]): Mark | undefined {
  const pairs = words.map((word): [string, string] => {
    const at = word.indexOf(":");
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return markOfTags(Object.fromEntries(pairs));
}

/** A mark as one text, for clouds where the name or a label is all there is. A name has no ".", so it can be read back. */
export const markText = (mark: Mark): string => `remuda.${mark.owner}.${mark.uid}.${mark.name}`;

export function markOfText(text: string | null | undefined): Mark | undefined {
  const found = /^remuda\.([a-z0-9-]+)\.([0-9a-f-]{36})\.([a-z0-9-]+)$/.exec(text ?? "");
  const [, by, of, called] = found ?? [];
  return by && of && called ? { owner: by, uid: of, name: called } : undefined;
}
