import { ResourceError } from "./error";
import { unknownField } from "./explain";
import { compilePath } from "./field-path";
import type { KindName } from "./kinds";
import type { Resource } from "./metadata";

type Predicate = (resource: { metadata: Pick<Resource["metadata"], "labels"> }) => boolean;
const maxLength = 4096;
const key = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const value = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/**
 * "app=web,tier!=db,env in (a,b),zone notin (c),owner,!old" as a predicate; empty matches everything. As in Kubernetes, != and notin match
 * where the label is missing.
 */
export function parseLabelSelector(text: string): Predicate {
  return every(split(text, "labelSelector").map(labelTerm));
}

/**
 * "status.phase=Running,spec.provider!=sim" as a predicate; empty matches everything. A field that is missing is like an empty one; a list
 * matches by any of its values. A field that no such kind can have is refused.
 */
export function parseFieldSelector(text: string, kinds: readonly KindName[]): (resource: Resource) => boolean {
  const terms = split(text, "fieldSelector").map((term) => {
    const match = /^((?:[^=![\]]|\[[^\]]*\])+?)\s*(==|=|!=)\s*(.*)$/s.exec(term);
    const [, path, operator, wanted] = match ?? [];
    if (path === undefined || wanted === undefined) throw wrong("fieldSelector", term, "expected FIELD=VALUE or FIELD!=VALUE");
    const read = compilePath(path);
    const unknown = unknownField(kinds, path);
    if (unknown !== undefined) throw wrong("fieldSelector", term, unknown);
    const holds = (resource: Resource) => {
      const found = read(resource).flat();
      return found.length === 0 ? wanted === "" : found.some((v) => String(v) === wanted);
    };
    return operator === "!=" ? (resource: Resource) => !holds(resource) : holds;
  });
  return every(terms);
}

function labelTerm(term: string): Predicate {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(term);
  if (set) {
    const [, label = "", operator, list = ""] = set;
    checkKey(label, term);
    const values = new Set(list.split(",").map((v) => checkValue(v.trim(), term)));
    return ({ metadata }) => {
      const has = own(metadata.labels, label);
      return operator === "in" ? has !== undefined && values.has(has) : has === undefined || !values.has(has);
    };
  }
  const equal = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(term);
  if (equal) {
    const [, label = "", operator, wanted = ""] = equal;
    checkKey(label, term);
    checkValue(wanted, term);
    return operator === "!="
      ? ({ metadata }) => own(metadata.labels, label) !== wanted
      : ({ metadata }) => own(metadata.labels, label) === wanted;
  }
  const [, not, label = ""] = /^(!?)\s*(\S+)$/.exec(term) ?? [];
  if (not === undefined) throw wrong("labelSelector", term, "expected KEY, !KEY, KEY=VALUE, KEY!=VALUE, KEY in (A,B) or KEY notin (A,B)");
  checkKey(label, term);
  return not === "!"
    ? ({ metadata }) => own(metadata.labels, label) === undefined
    : ({ metadata }) => own(metadata.labels, label) !== undefined;
}

/** At the commas that are not in parentheses or brackets. */
function split(text: string, path: string): string[] {
  if (text.length > maxLength) throw new ResourceError([{ path, message: `longer than ${maxLength} characters` }]);
  if (text.trim() === "") return [];
  const terms: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const c = text[at];
    if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    if (c !== undefined && (c !== "," || depth > 0)) continue;
    const term = text.slice(from, at).trim();
    if (depth !== 0) throw wrong(path, term, "the parentheses don't match");
    if (term === "") throw wrong(path, text, "a term between commas is empty");
    terms.push(term);
    from = at + 1;
  }
  return terms;
}

const every =
  <T>(predicates: ((resource: T) => boolean)[]) =>
  (resource: T) =>
    predicates.every((predicate) => predicate(resource));

const own = (labels: Record<string, string> | undefined, label: string) =>
  labels && Object.hasOwn(labels, label) ? labels[label] : undefined;

function checkKey(label: string, term: string) {
  if (!key.test(label)) throw wrong("labelSelector", term, `${JSON.stringify(label)} is not a label key`);
}

function checkValue(text: string, term: string): string {
  if (!value.test(text)) throw wrong("labelSelector", term, `${JSON.stringify(text)} is not a label value`);
  return text;
}

const wrong = (path: string, term: string, message: string) =>
  new ResourceError([{ path, message: `${JSON.stringify(term.length > 80 ? `${term.slice(0, 79)}…` : term)}: ${message}` }]);
