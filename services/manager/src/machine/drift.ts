import type { VirtualMachineSpec, VirtualMachineStatus } from "@remuda/resources";
import type { MachineContext } from "./context";
import { condition, setMachineCondition, type Work } from "./work";

/** What a platform shows of a machine. */
type View = Pick<VirtualMachineStatus, "powerState" | "hardware" | "disks" | "interfaces">;

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
    const item = items?.find((other) => other.name === name);
    const text = item ? flaw(item) : `${what} is missing`;
    return { asDeclared: text === undefined, text: text ?? "" };
  };
  return [
    ...(hardware ? [number("cpus", hardware.cpus), number("memoryMiB", hardware.memoryMiB)] : []),
    ...disks.map(({ name, sizeGiB }) => {
      const what = `disk ${name}`;
      const flaw = ({ capacityBytes }: { capacityBytes: number }) =>
        capacityBytes < sizeGiB * gib ? `${what} has ${capacityBytes / gib} GiB, not ${sizeGiB}` : undefined;
      // Every machine has one: a platform that shows none does not show them now.
      return { what, shown: (view: View) => (view.disks ? there(what, name, view.disks, flaw) : undefined) };
    }),
    ...interfaces.map(({ name }) => {
      const what = `interface ${name}`;
      // Some platforms show them only of a machine that runs.
      const isShown = (view: View) => view.interfaces !== undefined || view.powerState === "On";
      return { what, shown: (view: View) => (isShown(view) ? there(what, name, view.interfaces, () => undefined) : undefined) };
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
  const isNewlyLost = ({ shown }: Declared) => isSettled && shown(seen)?.asDeclared === false && shown(status)?.asDeclared === true;
  const found = declared({ ...vm.spec, hardware: hardwareOf(work, context) }).filter((item) =>
    former.includes(item.what) ? !item.shown(seen)?.asDeclared : isNewlyLost(item),
  );
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
  const text = `changed on the platform: ${found.map(({ what, shown }) => shown(seen)?.text ?? what).join("; ")}`;
  const { reason, whatIsDone } = told(status);
  if (isNew) context.record(vm, "Warning", "Drifted", text);
  if (isNew || whatIsDone === undefined) setMachineCondition(work, context.clock, "Drifted", "True", "Changed", text);
  else setMachineCondition(work, context.clock, "Drifted", "True", reason, `${text}${and}${whatIsDone}`);
}

const and = ", and ";

/** The condition tells what was changed, and then what is done about it. */
function told(status: VirtualMachineStatus) {
  const { reason = "", message = "" } = condition(status, "Drifted") ?? {};
  const [what = "", whatIsDone] = message.split(and);
  return { reason, what, whatIsDone };
}

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
  if (!work.status.drift) return;
  const { what } = told(work.status);
  const tell = (reason: string, whatIsDone: string) =>
    setMachineCondition(work, clock, "Drifted", "True", reason, `${what}${and}${whatIsDone}`);
  if (waits !== "") tell("WaitsForRestart", `putting it back waits for a restart: ${waits}`);
  else if (timesBefore > 0)
    tell("Persists", "it still is though the provider put it back; it is asked ever more seldom, at least every five minutes");
}
