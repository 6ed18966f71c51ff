import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { textAt, valueAt } from "./field-path";
import { oneLine } from "./text";

/** What names a resource. */
export interface ResourceKey {
  kind: string;
  name: string;
}

export const keyOf = (resource: JsonObject): ResourceKey => ({ kind: textAt(resource, "kind"), name: textAt(resource, "metadata.name") });

// No name that is allowed is half as long.
const longestShown = 100;

/** "VirtualMachine/web-1" for messages, whatever a file says that it is. */
export function shownId({ kind, name }: ResourceKey): string {
  const id = `${kind}/${name}`;
  return oneLine(id.length > longestShown ? `${id.slice(0, longestShown - 1)}…` : id);
}

/** "virtualmachine/web-1" */
export const refOf = ({ kind, name }: ResourceKey): string => `${kind.toLowerCase()}/${name}`;

/** What status says of a resource in a few words: its phase, its task and why it is not ready. */
export function summaryOf(resource: JsonObject): string {
  const phase = textAt(resource, "status.phase") || (textAt(resource, "metadata.deletionTimestamp") ? "Deleting" : "Pending");
  const stage = textAt(resource, "status.task.stage");
  const percent = valueAt(resource, "status.task.progressPercent");
  const task = `${stage ? ` · ${stage}` : ""}${typeof percent === "number" ? ` ${percent} %` : ""}`;
  return `${phase}${task}`;
}

/** Why a resource is not as wanted: what Ready says if it is not True, else what holds up its deletion, else any condition that is not True. */
export function troubleOf(resource: JsonObject): string {
  const found = troubleCondition(resource);
  return [textAt(found, "reason"), textAt(found, "message")].filter((t) => t !== "").join(": ");
}

/** The same in one word, for programs and tables; "" where all is as wanted. */
export const reasonOf = (resource: JsonObject): string => textAt(troubleCondition(resource), "reason");

function troubleCondition(resource: JsonObject): JsonValue | undefined {
  const conditions = valueAt(resource, "status.conditions");
  if (!Array.isArray(conditions)) return undefined;
  const is = (type: string, ...statuses: string[]) =>
    conditions.find((c) => textAt(c, "type") === type && statuses.includes(textAt(c, "status")));
  return is("Ready", "False", "Unknown") ?? is("InUse", "True") ?? conditions.find((c) => textAt(c, "status") === "Unknown");
}
