import type { JsonObject } from "@bufbuild/protobuf";
import type { KindInfo } from "@remuda/contract/manager";
import { CliError } from "./exit-status";
import { scalarText, textAt, valueAt } from "./field-path";
import { nearest, oneLine } from "./text";

/** What `wait --for` waits for. */
export type Wanted =
  | { type: "gone" }
  | {
      type: "state";
      words: string;
      /** Whether a machine's platform has to be looked at to know it: not what was declared, or what a machine says that can't be seen. */
      isSeen: boolean;
      holds(resource: JsonObject): boolean;
    };

// A machine says these of itself while nobody sees it, too.
const unseenPhases = ["Pending", "Failed", "Deleting", "Unknown"];

/** "delete", "condition=Ready", "condition=Ready=False", "phase=Running", "status.powerState=Off". */
export function parseWanted(text: string): Wanted {
  if (text === "delete" || text === "gone") return { type: "gone" };
  const [left = "", right = "", third = "True"] = text.split("=");
  if (left !== "" && right !== "") {
    if (left === "condition") {
      const isSeen = right !== "Resolved" && third.toLowerCase() !== "unknown" && !(right === "Ready" && third.toLowerCase() === "false");
      return { type: "state", words: text, isSeen, holds: (r) => conditionIs(r, right, third) };
    }
    const path = left === "phase" ? "status.phase" : left.replace(/^\{?\.?|\}?$/g, "");
    const value = text.slice(left.length + 1);
    const isSeen = path.startsWith("status.") && !(path === "status.phase" && unseenPhases.includes(value));
    return { type: "state", words: text, isSeen, holds: (r) => isCurrent(r) && scalarText(valueAt(r, path)) === value };
  }
  throw new CliError("USAGE", `can't wait for "${text}"`, {
    hint: "write condition=Ready, condition=Ready=False, phase=Running, delete or FIELD=VALUE",
  });
}

/** What is odd about waiting for a condition or a phase that the kind is not known to have; undefined: nothing. Throws if it looks mistyped. */
export function unknownState(
  text: string,
  { kind, conditions, phases }: Pick<KindInfo, "kind" | "conditions" | "phases">,
): string | undefined {
  const [what = "", wanted = ""] = text.split("=");
  const known = what === "condition" ? conditions : what === "phase" || what === "status.phase" ? phases : [];
  // A manager that says nothing of them is an older one.
  if (known.length === 0 || known.includes(wanted)) return undefined;
  const noun = what === "condition" ? "condition" : "phase";
  const near = nearest(wanted, known);
  if (near !== undefined)
    throw new CliError("USAGE", `a ${kind} has no ${noun} ${oneLine(wanted)}`, { hint: `did you mean ${what}=${near}?` });
  return `a ${kind} has no ${noun} ${oneLine(wanted)} that this manager knows of; it has ${known.join(", ")}`;
}

/** Whether a condition is True, of the newest spec. */
export const isTrue = (type: string) => (resource: JsonObject) => conditionIs(resource, type, "True");

function conditionIs(resource: JsonObject, type: string, status: string): boolean {
  const condition = valueAt(resource, `status.conditions[type=${type}]`);
  if (textAt(condition, "status").toLowerCase() !== status.toLowerCase()) return false;
  const observed = valueAt(condition, "observedGeneration");
  // A condition that speaks of an older spec says nothing of this one.
  return typeof observed === "number" ? observed >= generationOf(resource) : isCurrent(resource);
}

function isCurrent(resource: JsonObject): boolean {
  const observed = valueAt(resource, "status.observedGeneration");
  return typeof observed !== "number" || observed >= generationOf(resource);
}

const generationOf = (resource: JsonObject): number => {
  const generation = valueAt(resource, "metadata.generation");
  return typeof generation === "number" ? generation : 0;
};
