import type { Vim } from "@remuda/vsphere-client";

/**
 * What the provider keeps with a machine, in its extraConfig. The machine is the owner's only where `uid` is its instanceUuid as well: a copy that
 * someone makes of it has these entries too, and another instanceUuid.
 */
export interface Marks {
  uid: string;
  owner: string;
  /** "making" until everything that its Create wants is done. */
  stage: "making" | "made";
  labels: Readonly<Record<string, string>>;
  /** Names of the spec by the place of the disk, "1000:0". */
  disks: Readonly<Record<string, string>>;
  /** Disks that are kept when the machine is deleted. */
  retained: readonly string[];
  /** Names of the spec's interfaces, with the device's key as soon as it is known. */
  interfaces: Readonly<Record<string, number | null>>;
}

const prefix = "remuda.";

const option = (key: string, value: string): Vim<"OptionValue"> => ({
  _typeName: "OptionValue",
  key: prefix + key,
  value: { _typeName: "string", _value: value },
});

/** Entries that change only what is given. */
export function writeMarks(marks: Partial<Marks>): Vim<"OptionValue">[] {
  const { uid, owner, stage, labels, disks, retained, interfaces } = marks;
  const entries: [string, unknown][] = [
    ["uid", uid],
    ["owner", owner],
    ["stage", stage],
    ["labels", labels && JSON.stringify(labels)],
    ["disks", disks && JSON.stringify(disks)],
    ["retained", retained && JSON.stringify(retained)],
    ["interfaces", interfaces && JSON.stringify(interfaces)],
  ];
  return entries.flatMap(([key, value]) => (typeof value === "string" ? [option(key, value)] : []));
}

/** The marks of a machine that has this instanceUuid; undefined where it was not made by a provider. */
export function readMarks(entries: readonly Vim<"OptionValue">[], instanceUuid: string): Marks | undefined {
  const found = new Map(entries.map(({ key, value }) => [key, typeof value === "object" && "_value" in value ? value._value : undefined]));
  const text = (key: string) => {
    const value = found.get(prefix + key);
    return typeof value === "string" ? value : "";
  };
  const uid = text("uid");
  if (uid === "" || uid !== instanceUuid) return undefined;
  return {
    uid,
    owner: text("owner"),
    stage: text("stage") === "made" ? "made" : "making",
    labels: record(text("labels"), (value) => (typeof value === "string" ? value : undefined)),
    disks: record(text("disks"), (value) => (typeof value === "string" ? value : undefined)),
    retained: Object.values(record(text("retained"), (value) => (typeof value === "string" ? value : undefined))),
    interfaces: record(text("interfaces"), (value) => (typeof value === "number" || value === null ? value : undefined)),
  };
}

/** What others may have written there is no reason to fail. */
function record<T>(text: string, member: (value: unknown) => T | undefined): Record<string, T> {
  let parsed: unknown;
  try {
    parsed = text === "" ? {} : JSON.parse(text);
  } catch {
    return {};
  }
  const read: Record<string, T> = {};
  for (const [key, value] of Object.entries(typeof parsed === "object" && parsed !== null ? parsed : {})) {
    const kept = member(value);
    if (kept !== undefined) read[key] = kept;
  }
  return read;
}
