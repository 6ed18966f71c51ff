import { Change, type Hardware, PowerState, ProviderError } from "@remuda/contract";
import type { MachineKey, Reconfiguration, Reconfigured } from "@remuda/provider-kit";
import { planDiskChanges } from "./change-disks";
import { planNicChanges } from "./change-nics";
import { affect, memoryMaximum, vcpuMaximum } from "./flags";
import type { Inventory, Seen } from "./inventory";
import type { Report } from "./jobs";
import { type Marks, writeMarks } from "./marks";
import { createStop, reach } from "./power";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { taskOf } from "./tasks";

/** What a step works with. */
export interface Changing {
  platform: Platform;
  inventory: Inventory;
  seen: Seen;
  /** It runs: what is changed is changed live too. */
  active: boolean;
  marks(): Marks;
  /** Saves other marks in the place of those that the machine bears. */
  mark(next: Marks): Promise<void>;
  signal: AbortSignal;
}

/** One change; one that isn't `live` is made while the machine is off. */
export interface Step {
  change: Change;
  live: boolean;
  apply(changing: Changing): Promise<void>;
}

/** How long a guest may take to stop before a restart that a change needs. */
const stopMs = 30_000;

export function createReconfigure(platform: Platform) {
  const { machines, jobs } = platform;
  const stop = createStop(platform);
  const declared = new Set([...platform.capabilities.liveChanges, ...platform.capabilities.restartChanges]);

  async function planSteps(seen: Seen, { spec }: Reconfiguration, signal: AbortSignal): Promise<Step[]> {
    const { marks } = seen.known;
    const labels = JSON.stringify(sorted(spec.labels)) === JSON.stringify(sorted(marks?.labels ?? {}));
    const relabel: Step = { change: Change.LABELS, live: true, apply: ({ marks: now, mark }) => mark({ ...now(), labels: spec.labels }) };
    return [
      ...(labels ? [] : [relabel]),
      ...planHardware(seen, spec.hardware),
      ...(await planDiskChanges(platform, seen, spec.disks, signal)),
      ...(await planNicChanges(platform, seen, spec.interfaces, signal)),
    ];
  }

  async function apply(seen: Seen, steps: readonly Step[], report: Report, signal: AbortSignal): Promise<void> {
    const inventory = machines.inventoryOf(seen);
    const restart = isActive(seen.stats) && steps.some(({ live }) => !live);
    const live = steps.filter((step) => step.live || !isActive(seen.stats));
    const later = steps.filter((step) => !live.includes(step));
    const all = [...live, ...later];
    const run = async (which: readonly Step[], now: Seen): Promise<void> => {
      const changing = changingOf(inventory, now, signal);
      for (const step of which) {
        signal.throwIfAborted();
        report(wordOf(step.change), (90 * all.indexOf(step)) / all.length);
        await step.apply(changing);
        inventory.touch(seen.known.uuid);
      }
    };
    await run(live, seen);
    if (!restart) return;
    report("stopping", 80);
    await stop(inventory, seen, stopMs, signal);
    await run(later, await present(inventory, seen, signal));
    report("starting", 95);
    await reach(inventory, await present(inventory, seen, signal), PowerState.ON, signal);
  }

  function changingOf(inventory: Inventory, seen: Seen, signal: AbortSignal): Changing {
    const active = isActive(seen.stats);
    let marks = seen.known.marks;
    return {
      platform,
      inventory,
      seen,
      active,
      signal,
      marks() {
        if (!marks) throw new ProviderError("FORBIDDEN", `${seen.known.uuid} bears no mark of this provider`);
        return marks;
      },
      async mark(next) {
        await writeMarks(seen.host.virt, seen.dom, next, active, signal);
        marks = next;
      },
    };
  }

  return async function reconfigure(key: MachineKey, asked: Reconfiguration, signal: AbortSignal): Promise<Reconfigured> {
    const seen = await machines.own(key, signal);
    const { uuid, marks } = seen.known;
    jobs.mustBeIdle(uuid);
    if (marks?.stage !== "made") throw new ProviderError("CONFLICT", `${uuid} is ${marks?.stage}`);
    const steps = await planSteps(seen, asked, signal);
    for (const { change } of steps)
      if (!declared.has(change)) throw new ProviderError("UNSUPPORTED", `${wordOf(change)}: libvirt can't do it there`);
    const active = isActive(seen.stats);
    if (steps.length > 0 && seen.saved) throw new ProviderError("CONFLICT", `${uuid} is suspended; resume or stop it before it is changed`);
    const restart = active ? steps.filter(({ live }) => !live) : [];
    const restartRequired = asked.allowRestart ? [] : [...new Set(restart.map(({ change }) => change))];
    const now = asked.allowRestart ? steps : steps.filter((step) => !restart.includes(step));
    if (now.length === 0) return { restartRequired };
    const job = jobs.begin("reconfigure", uuid, uuid, (report, stopped) => apply(seen, now, report, stopped));
    return { restartRequired, task: taskOf(job, uuid) };
  };
}

async function present(inventory: Inventory, { known: { uuid } }: Seen, signal: AbortSignal): Promise<Seen> {
  const now = await inventory.one(uuid, signal);
  if (!now) throw new ProviderError("NOT_FOUND", `there is no machine ${uuid}`);
  return now;
}

function planHardware({ known, stats }: Seen, hardware: Hardware | undefined): Step[] {
  if (!hardware?.cpus) return [];
  const fixed =
    (hardware.firmware !== 0 && hardware.firmware !== known.firmware) ||
    hardware.secureBoot !== known.secureBoot ||
    hardware.tpm !== known.tpm;
  if (fixed) throw new ProviderError("UNSUPPORTED", "firmware, secure boot and TPM can't be changed");
  if (hardware.coresPerSocket !== 0 && hardware.coresPerSocket !== known.coresPerSocket)
    throw new ProviderError("UNSUPPORTED", "the processors of a socket can't be changed");
  return [...planCpus(hardware, known, stats.cpus ?? known.cpus), ...planMemory(hardware, known)];
}

function planCpus({ cpus, hotAdd }: Hardware, known: Seen["known"], now: number): Step[] {
  const most = Math.max(cpus, hotAdd?.maxCpus ?? 0);
  if (cpus === known.cpus && cpus === now && most <= known.maxCpus) return [];
  if (cpus >= now && most <= known.maxCpus) {
    const apply = async ({ seen: { host, dom }, active, signal }: Changing): Promise<void> => {
      const flags = affect.config | (active ? affect.live : 0);
      await host.virt.call("domainSetVcpusFlags", { dom, nvcpus: cpus, flags }, { signal });
    };
    return [{ change: Change.CPUS_UP, live: true, apply }];
  }
  const apply = async ({ seen: { host, dom }, signal }: Changing): Promise<void> => {
    const set = (nvcpus: number, flags: number) => host.virt.call("domainSetVcpusFlags", { dom, nvcpus, flags }, { signal });
    // The limit may never be below the number.
    if (most < known.cpus) await set(cpus, affect.config);
    await set(most, affect.config | vcpuMaximum);
    await set(cpus, affect.config);
  };
  return [{ change: cpus < now ? Change.CPUS_DOWN : Change.CPUS_UP, live: false, apply }];
}

function planMemory({ memoryMib, hotAdd }: Hardware, known: Seen["known"]): Step[] {
  const most = Math.max(memoryMib, hotAdd?.maxMemoryMib ?? 0);
  if (memoryMib === known.memoryMib && most <= known.maxMemoryMib) return [];
  const set = ({ seen: { host, dom }, signal }: Changing, amountMib: number, flags: number) =>
    host.virt.call("domainSetMemoryFlags", { dom, memory: BigInt(amountMib) * 1024n, flags }, { signal });
  if (memoryMib >= known.memoryMib && most <= known.maxMemoryMib) {
    const apply = async (changing: Changing): Promise<void> => {
      // One after the other: not every driver takes both at once.
      if (changing.active) await set(changing, memoryMib, affect.live);
      await set(changing, memoryMib, affect.config);
    };
    return [{ change: Change.MEMORY_UP, live: true, apply }];
  }
  const apply = async (changing: Changing): Promise<void> => {
    if (most < known.memoryMib) await set(changing, memoryMib, affect.config);
    await set(changing, most, affect.config | memoryMaximum);
    await set(changing, memoryMib, affect.config);
  };
  return [{ change: memoryMib < known.memoryMib ? Change.MEMORY_DOWN : Change.MEMORY_UP, live: false, apply }];
}

const sorted = (labels: Readonly<Record<string, string>>) => Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));

const wordOf = (change: Change): string =>
  (Object.entries(Change).find(([, value]) => value === change)?.[0] ?? "change").toLowerCase().replaceAll("_", " ");
