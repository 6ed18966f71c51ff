import {
  CancelTaskResponse,
  CreateResponse,
  DeleteResponse,
  DescribeResponse,
  type GetCapabilitiesResponse,
  IsTaskCompleteResponse,
  ListVirtualMachinesResponse,
  MachineState,
  msFromDuration,
  PowerOperation,
  PowerResponse,
  PowerState,
  ProviderError,
  type Reason,
  ReconfigureResponse,
  Task,
  toStatus,
  ValidateResponse,
} from "@remuda/contract";
import { createAdoptionHandlers } from "./adoption";
import { changeMachine, changesOf } from "./changes";
import { createDiskHandlers } from "./disks";
import type { Handlers } from "./handler-types";
import { createOptionalHandlers } from "./optional";
import type { MachineRecord, Platform, TaskRecord } from "./platform";
import { checkCreate, demand, page, required, specChecks, uidCheck } from "./requests";
import { createSnapshotHandlers } from "./snapshots";
import { createWatch } from "./watch";

export interface ReferenceOptions {
  capabilities: GetCapabilitiesResponse;
  heartbeatMs: number;
}

export const fail = (reason: Reason, message: string) => new ProviderError(reason, message);
export const taskOf = (task: TaskRecord | undefined) => (task && !task.done ? Task.create({ ref: task.ref }) : undefined);

/** The machine, if it bears that uid. */
export function own(platform: Platform, { id, uid }: { id: string; uid: string }): MachineRecord {
  const machine = platform.machines.get(id);
  if (!machine) throw fail("NOT_FOUND", `no machine ${id}`);
  if (machine.shown.uid !== uid) throw fail("FORBIDDEN", `${id} belongs to another uid`);
  return machine;
}

export function setPower(platform: Platform, machine: MachineRecord, powerState: PowerState): void {
  machine.shown.powerState = powerState;
  for (const nic of machine.shown.interfaces) nic.addresses = powerState === PowerState.ON ? ["192.0.2.7"] : [];
  platform.changed(machine);
}

const powerAfter = {
  [PowerOperation.ON]: PowerState.ON,
  [PowerOperation.OFF]: PowerState.OFF,
  [PowerOperation.SHUTDOWN]: PowerState.OFF,
  [PowerOperation.REBOOT]: PowerState.ON,
  [PowerOperation.RESET]: PowerState.ON,
  [PowerOperation.SUSPEND]: PowerState.SUSPENDED,
} as Record<PowerOperation, PowerState>;

export function createHandlers(platform: Platform, { capabilities, heartbeatMs }: ReferenceOptions): Handlers {
  const find = ({ id, uid }: { id: string; uid: string }) => (id === "" ? platform.byUid(uid) : platform.machines.get(id));

  return {
    validate: () =>
      ValidateResponse.create({ platform: capabilities.platform, platformVersion: "1", account: "nobody", platformId: platform.id }),

    getCapabilities: () => capabilities,

    create(request) {
      const spec = checkCreate(request, capabilities);
      const known = platform.byUid(request.uid);
      if (known) return CreateResponse.create({ virtualMachine: known.shown, task: taskOf(known.creation) });
      if ([...platform.machines.values()].some(({ shown }) => shown.name === spec.name))
        throw fail("ALREADY_EXISTS", `${spec.name} is taken`);
      if ((spec.hardware?.cpus ?? 1) > 256) throw fail("NO_CAPACITY", "no host has so many processors");
      if (spec.source?.$case === "virtualMachine" && !platform.machines.has(spec.source.value.id))
        throw fail("NOT_FOUND", "nothing to clone");
      if (spec.source?.$case === "image" && !platform.images.has(spec.source.value)) throw fail("NOT_FOUND", "no such image");
      const machine = platform.create(request);
      machine.creation = platform.begin(machine.shown.id, () => {
        machine.shown.state = MachineState.READY;
        setPower(platform, machine, spec.powerState || PowerState.ON);
      });
      return CreateResponse.create({ virtualMachine: machine.shown, task: taskOf(machine.creation) });
    },

    delete(request) {
      demand([uidCheck(request.uid)]);
      const machine = find(request);
      if (!machine) return DeleteResponse.create({});
      if (machine.shown.uid !== request.uid) throw fail("FORBIDDEN", "it belongs to another uid");
      machine.creation?.cancel(fail("INTERRUPTED", "deleted meanwhile"));
      machine.shown.state = MachineState.DELETING;
      const task = platform.begin(machine.shown.id, () => platform.remove(machine));
      return DeleteResponse.create({ task: taskOf(task) });
    },

    power({ id, uid, operation }) {
      demand([required("id", id), uidCheck(uid), required("operation", operation)]);
      if (!capabilities.powerOperations.includes(operation)) throw fail("UNSUPPORTED", `power operation ${operation}`);
      const machine = own(platform, { id, uid });
      const target = powerAfter[operation];
      const again = operation === PowerOperation.REBOOT || operation === PowerOperation.RESET;
      if (machine.shown.powerState === target && !again) return PowerResponse.create({});
      const task = platform.begin(id, () => setPower(platform, machine, target));
      return PowerResponse.create({ task: taskOf(task) });
    },

    reconfigure({ id, uid, spec, allowRestart }) {
      demand([required("id", id), uidCheck(uid), required("spec", spec), ...(spec ? specChecks(spec, capabilities) : [])]);
      const machine = own(platform, { id, uid });
      if (!spec) throw fail("INTERNAL", "not reached: a missing spec is refused");
      const changes = changesOf(machine, spec);
      const { liveChanges: live, restartChanges } = capabilities;
      const unknown = changes.filter((change) => !live.includes(change) && !restartChanges.includes(change));
      if (unknown.length > 0) throw fail("UNSUPPORTED", `changes ${unknown.join(", ")}`);
      const stopped = machine.shown.powerState === PowerState.OFF;
      const now = changes.filter((change) => live.includes(change) || allowRestart || stopped);
      const restartRequired = changes.filter((change) => !now.includes(change));
      if (now.length === 0) return ReconfigureResponse.create({ restartRequired });
      const task = platform.begin(id, () => changeMachine(platform, machine, spec, now));
      return ReconfigureResponse.create({ task: taskOf(task), restartRequired });
    },

    ...createAdoptionHandlers(platform, capabilities),

    describe({ id, uid }) {
      demand([["id", id !== "" || uid !== "", "id or uid"]]);
      const machine = find({ id, uid });
      if (!machine) throw fail("NOT_FOUND", `no machine ${id || uid}`);
      return DescribeResponse.create({ virtualMachine: machine.shown });
    },

    async isTaskComplete({ taskRef, wait }) {
      demand([required("task_ref", taskRef)]);
      const task = platform.tasks.get(taskRef);
      if (!task) return IsTaskCompleteResponse.create({ done: true, error: toStatus(fail("INTERRUPTED", "the task can't be traced")) });
      if (wait && !task.done) await Promise.race([task.ended, later(msFromDuration(wait))]);
      const { done, error, machineId: virtualMachineId } = task;
      const progressPercent = done ? 100 : Math.min(99, Math.floor((100 * (performance.now() - task.beganAt)) / task.takesMs));
      return IsTaskCompleteResponse.create({ done, progressPercent, virtualMachineId, error: error && toStatus(error) });
    },

    cancelTask({ taskRef }) {
      demand([required("task_ref", taskRef)]);
      const task = platform.tasks.get(taskRef);
      const machine = task && platform.machines.get(task.machineId);
      if (machine && machine.creation === task && !task.done) platform.remove(machine);
      task?.cancel(fail("INTERRUPTED", "cancelled"));
      return CancelTaskResponse.create({});
    },

    listVirtualMachines({ owner, ...paging }) {
      const machines = [...platform.machines.values()]
        .map(({ shown }) => shown)
        .filter((machine) => owner === "" || machine.owner === owner);
      const { items, nextPageToken } = page(
        machines.sort((a, b) => (a.id < b.id ? -1 : 1)),
        paging,
      );
      return ListVirtualMachinesResponse.create({ virtualMachines: items, nextPageToken });
    },

    watchVirtualMachines: createWatch(platform, heartbeatMs),
    ...createSnapshotHandlers(platform, capabilities),
    ...createDiskHandlers(platform, capabilities),
    ...createOptionalHandlers(platform, capabilities),
  };
}

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
