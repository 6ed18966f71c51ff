import {
  Change,
  msFromDuration,
  PowerOperation,
  type PowerRequest,
  PowerState,
  ProviderError,
  ReconfigureResponse,
} from "@remuda/contract";
import { nameOf, valuesOf } from "../declared";
import { little } from "../reference/capabilities";
import { changesOf } from "../reference/changes";
import { setPower } from "../reference/handlers";
import type { MachineRecord, Platform } from "../reference/platform";
import { type Broken, fail } from "./broken";

/** Instead of the operation something else is done, at once. */
const instead = (
  operation: PowerOperation,
  act: (machine: MachineRecord, platform: Platform, request: PowerRequest) => boolean,
): Pick<Broken, "handlers"> => ({
  handlers: ({ power }, platform) => ({
    power(request, call) {
      const machine = platform.machines.get(request.id);
      const own = machine?.shown.uid === request.uid;
      return machine && own && request.operation === operation && act(machine, platform, request)
        ? { task: undefined }
        : power(request, call);
    },
  }),
});

const leaves = (state: PowerState) => (machine: MachineRecord, platform: Platform) => {
  setPower(platform, machine, state);
  return true;
};

const refusesRepeat = (state: PowerState) => (machine: MachineRecord) => {
  if (machine.shown.powerState === state) throw fail("CONFLICT");
  return false;
};

const graceMs = ({ gracefulTimeout }: PowerRequest) => (gracefulTimeout ? msFromDuration(gracefulTimeout) : 60_000);

export const brokenPower: Broken[] = [
  { rule: "power-on", fault: "ON is refused for a machine that runs", ...instead(PowerOperation.ON, refusesRepeat(PowerState.ON)) },
  {
    rule: "power-off",
    fault: "OFF is refused for a machine that is stopped",
    ...instead(PowerOperation.OFF, refusesRepeat(PowerState.OFF)),
  },
  {
    rule: "power-shutdown",
    fault: "SHUTDOWN takes no time for the guest as any time",
    ...instead(PowerOperation.SHUTDOWN, (_machine, _platform, request) => graceMs(request) === 0),
  },
  {
    rule: "power-graceful",
    fault: "SHUTDOWN never uses force",
    ...instead(PowerOperation.SHUTDOWN, (_machine, _platform, request) => graceMs(request) > 0),
  },
  { rule: "power-suspend", fault: "SUSPEND stops the machine", ...instead(PowerOperation.SUSPEND, leaves(PowerState.OFF)) },
  {
    rule: "power-resume",
    fault: "ON does not resume",
    ...instead(PowerOperation.ON, ({ shown }) => shown.powerState === PowerState.SUSPENDED),
  },
  { rule: "power-reboot", fault: "REBOOT leaves the machine stopped", ...instead(PowerOperation.REBOOT, leaves(PowerState.OFF)) },
  { rule: "power-reset", fault: "RESET leaves the machine stopped", ...instead(PowerOperation.RESET, leaves(PowerState.OFF)) },
  {
    rule: "power-undeclared",
    fault: "an operation that is not declared is done by doing nothing",
    base: little,
    handlers: ({ power }) => ({
      power: (request, call) =>
        request.operation === 0 || little.powerOperations.includes(request.operation) ? power(request, call) : { task: undefined },
    }),
  },
  {
    rule: "power-unknown",
    fault: "Power of a machine that is gone is done",
    handlers: ({ power }, { machines }) => ({
      power: (request, call) => (request.id.startsWith("vm-") && !machines.has(request.id) ? { task: undefined } : power(request, call)),
    }),
  },
];

/** The changes that a Reconfigure asks for; none where it is wrong. */
function asked(
  platform: Platform,
  { id, uid, spec }: { id: string; uid: string; spec?: Parameters<typeof changesOf>[1] | undefined },
): Change[] {
  const machine = platform.machines.get(id);
  if (!machine || !spec || machine.shown.uid !== uid) return [];
  try {
    return changesOf(machine, spec);
  } catch {
    return [];
  }
}

const lostChanges = valuesOf(Change).map(
  (change): Broken => ({
    rule: `reconfigure-${nameOf(Change, change).toLowerCase().replaceAll("_", "-")}`,
    fault: `the change ${nameOf(Change, change)} is said to be made, and is not`,
    handlers: ({ reconfigure, getCapabilities }, platform) => ({
      async reconfigure(request, call) {
        const { liveChanges } = await getCapabilities({}, call);
        const lost = asked(platform, request).includes(change) && (request.allowRestart || liveChanges.includes(change));
        return lost ? ReconfigureResponse.create({}) : reconfigure(request, call);
      },
    }),
  }),
);

export const brokenReconfigure: Broken[] = [
  ...lostChanges,
  {
    rule: "reconfigure-restart-required",
    fault: "a restart is made though it was not allowed",
    handlers: ({ reconfigure }) => ({ reconfigure: (request, call) => reconfigure({ ...request, allowRestart: true }, call) }),
  },
  {
    rule: "reconfigure-shrink",
    fault: "a smaller disk is ignored in silence",
    handlers: ({ reconfigure }) => ({
      async reconfigure(request, call) {
        try {
          return await reconfigure(request, call);
        } catch (error) {
          const shrinks = error instanceof ProviderError && error.violations.some(({ field }) => field.startsWith("spec.disks"));
          if (shrinks) return ReconfigureResponse.create({});
          throw error;
        }
      },
    }),
  },
  {
    rule: "reconfigure-undeclared",
    fault: "a change that is not declared is ignored in silence",
    base: little,
    handlers: ({ reconfigure }, platform) => ({
      reconfigure: (request, call) =>
        asked(platform, request).includes(Change.MEMORY_UP) ? ReconfigureResponse.create({}) : reconfigure(request, call),
    }),
  },
  {
    rule: "reconfigure-nothing",
    fault: "a Reconfigure that changes nothing stops the machine",
    handlers: ({ reconfigure }, platform) => ({
      reconfigure(request, call) {
        const machine = platform.machines.get(request.id);
        if (machine && request.spec && machine.shown.uid === request.uid && asked(platform, request).length === 0) {
          setPower(platform, machine, PowerState.OFF);
        }
        return reconfigure(request, call);
      },
    }),
  },
];
