import type { VirtualMachineSpec, VirtualMachineStatus } from "@remuda/resources";
import type { MachineContext } from "./context";
import { condition, setMachineCondition, type Work } from "./work";

/** What a platform shows of a machine. */
type View = Pick<VirtualMachineStatus, "hardware" | "disks" | "interfaces">;

interface Declared {
  /** Such as "cpus" or "disk data". */
  what: string;
  /** Undefined: the platform does not show it. */
  shown(view: View): { asDeclared: boolean; text: string } | undefined;
}

const gib = 2 ** 30;

/** What a spec declares and a platform may show. What was added on the platform is not among it. */
function declared({ hardware, disks = [], interfaces = [] }: Pick<VirtualMachineSpec, "hardware" | "disks" | "interfaces">): Declared[] {
  const number = (what: "cpus" | "memoryMiB", wanted: number): Declared => ({
    what,
    shown(view) {
      const value = view.hardware?.[what];
      return value ? { asDeclared: value === wanted, text: `${what} is ${value}, not ${wanted}` } : undefined;
    },
  });
  const there = <T extends { name: string }>(what: string, name: string, items: T[] | undefined, flaw: (item: T) => string | undefined) => {
    // A platform that shows none may only not show them now.
    if (!items?.length) return undefined;
    const item = items.find((other) => other.name === name);
    const text = item ? flaw(item) : `${what} is missing`;
    return { asDeclared: text === undefined, text: text ?? "" };
  };
  return [
    ...(hardware ? [number("cpus", hardware.cpus), number("memoryMiB", hardware.memoryMiB)] : []),
    ...disks.map(({ name, sizeGiB }) => {
      const what = `disk ${name}`;
      const flaw = ({ capacityBytes }: { capacityBytes: number }) =>
        capacityBytes < sizeGiB * gib ? `${what} has ${capacityBytes / gib} GiB, not ${sizeGiB}` : undefined;
      return { what, shown: (view: View) => there(what, name, view.disks, flaw) };
    }),
    ...interfaces.map(({ name }) => {
      const what = `interface ${name}`;
      return { what, shown: (view: View) => there(what, name, view.interfaces, () => undefined) };
    }),
  ];
}

/**
 * Notes what someone changed on the platform: it was seen as declared before, and is not any more. What never showed as declared is no drift, since
 * a platform may have its own words for it. Called with the status as it was seen before, beside what is seen now.
 */
export function noteDrift(work: Work, seen: View, context: MachineContext): void {
  const { vm, status } = work;
  // Until the platform was brought to the spec, and while it is being, what differs is no one's change.
  const isSettled = status.observedGeneration === vm.metadata.generation && status.task?.operation !== "Reconfigure";
  if (!status.drift && !isSettled) return;
  const former = status.drift ?? [];
  const differing = declared({ ...vm.spec, hardware: hardwareOf(work, context) }).filter((item) => item.shown(seen)?.asDeclared === false);
  const found = differing.filter(({ what, shown }) => former.includes(what) || (isSettled && shown(status)?.asDeclared === true));
  const what = found.map((item) => item.what);
  if (what.length === 0) {
    if (former.length === 0) return;
    status.drift = undefined;
    const message = `${former.join(", ")} ${former.length > 1 ? "are" : "is"} as declared again`;
    setMachineCondition(work, context.clock, "Drifted", "False", "Corrected", message);
    context.record(vm, "Normal", "DriftCorrected", message);
    return;
  }
  const isNew = what.some((item) => !former.includes(item));
  if (!isNew && what.length === former.length) return;
  status.drift = what;
  const message = `changed on the platform: ${found.map(({ shown }) => shown(seen)?.text).join("; ")}`;
  setMachineCondition(work, context.clock, "Drifted", "True", isNew ? "Changed" : reasonOf(work), message);
  if (isNew) context.record(vm, "Warning", "Drifted", message);
}

const reasonOf = ({ status }: Work) => condition(status, "Drifted")?.reason ?? "Changed";

/** The hardware that it was brought to; unknown while its class has become another. */
function hardwareOf({ vm, status }: Work, { classes }: MachineContext): VirtualMachineSpec["hardware"] {
  if (vm.spec.hardware) return vm.spec.hardware;
  const vmClass = status.applied?.class;
  return vmClass && !classes.isOutdated(vmClass) ? classes.spec(vmClass.name) : undefined;
}

/** What waits for a restart is corrected with that. */
export const driftToCorrect = ({ status }: Work): boolean => status.drift !== undefined && !waitsForRestart(status);

const waitsForRestart = (status: VirtualMachineStatus) => condition(status, "Drifted")?.reason === "WaitsForRestart";

/** A correction was asked for. `waits`: what of it needs a restart; `timesBefore`: how often it was asked for without effect. */
export function driftAsked(work: Work, { clock }: MachineContext, waits: string, timesBefore: number): void {
  const { drift, conditions } = work.status;
  const [what] = (conditions?.find(({ type }) => type === "Drifted")?.message ?? "").split(", and ");
  if (!drift || what === undefined) return;
  if (waits !== "")
    setMachineCondition(work, clock, "Drifted", "True", "WaitsForRestart", `${what}, and putting it back waits for a restart: ${waits}`);
  else if (timesBefore > 0) {
    const message = `${what}, and it still is though the provider put it back; it is asked ever more seldom, at least every five minutes`;
    setMachineCondition(work, clock, "Drifted", "True", "Persists", message);
  }
}
