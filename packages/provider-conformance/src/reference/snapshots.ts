import {
  CreateSnapshotResponse,
  DeleteSnapshotResponse,
  type GetCapabilitiesResponse,
  ListSnapshotsResponse,
  PowerState,
  RevertSnapshotResponse,
  Snapshot,
} from "@remuda/contract";
import type { Handlers } from "./handler-types";
import { fail, own, setPower, taskOf } from "./handlers";
import type { MachineRecord, Platform } from "./platform";
import { demand, required, uidCheck } from "./requests";

type SnapshotHandlers = Pick<Handlers, "createSnapshot" | "deleteSnapshot" | "revertSnapshot" | "listSnapshots">;

export function createSnapshotHandlers(platform: Platform, { memorySnapshots }: GetCapabilitiesResponse): SnapshotHandlers {
  const makeCurrent = ({ snapshots }: MachineRecord, id: string) => {
    for (const snapshot of snapshots) snapshot.current = snapshot.id === id;
  };

  return {
    createSnapshot({ virtualMachineId: id, uid, name, description, memory }) {
      demand([required("virtual_machine_id", id), uidCheck(uid), ["name", /^[a-z0-9-]{1,63}$/.test(name), "1 to 63 of [a-z0-9-]"]]);
      if (memory && !memorySnapshots) throw fail("UNSUPPORTED", "memory snapshots");
      const machine = own(platform, { id, uid });
      const known = machine.snapshots.find((snapshot) => snapshot.name === name);
      if (known) return CreateSnapshotResponse.create({ snapshot: known });
      const parentId = machine.snapshots.find(({ current }) => current)?.id ?? "";
      const snapshot = Snapshot.create({ id: platform.nextId("snapshot"), name, description, parentId, memory, createTime: new Date() });
      machine.snapshots.push(snapshot);
      makeCurrent(machine, snapshot.id);
      return CreateSnapshotResponse.create({ snapshot, task: taskOf(platform.begin(id, () => {})) });
    },

    deleteSnapshot({ virtualMachineId: id, uid, snapshotId }) {
      demand([required("virtual_machine_id", id), uidCheck(uid), required("snapshot_id", snapshotId)]);
      const machine = own(platform, { id, uid });
      const gone = machine.snapshots.find((snapshot) => snapshot.id === snapshotId);
      if (!gone) return DeleteSnapshotResponse.create({});
      const task = platform.begin(id, () => {
        machine.snapshots = machine.snapshots.filter((snapshot) => snapshot !== gone);
        for (const snapshot of machine.snapshots) if (snapshot.parentId === gone.id) snapshot.parentId = gone.parentId;
      });
      return DeleteSnapshotResponse.create({ task: taskOf(task) });
    },

    revertSnapshot({ virtualMachineId: id, uid, snapshotId }) {
      demand([required("virtual_machine_id", id), uidCheck(uid), required("snapshot_id", snapshotId)]);
      const machine = own(platform, { id, uid });
      const snapshot = machine.snapshots.find((other) => other.id === snapshotId);
      if (!snapshot) throw fail("NOT_FOUND", `no snapshot ${snapshotId}`);
      const task = platform.begin(id, () => {
        makeCurrent(machine, snapshotId);
        setPower(platform, machine, snapshot.memory ? PowerState.ON : PowerState.OFF);
      });
      return RevertSnapshotResponse.create({ task: taskOf(task) });
    },

    listSnapshots({ virtualMachineId }) {
      demand([required("virtual_machine_id", virtualMachineId)]);
      const machine = platform.machines.get(virtualMachineId);
      if (!machine) throw fail("NOT_FOUND", `no machine ${virtualMachineId}`);
      return ListSnapshotsResponse.create({ snapshots: machine.snapshots });
    },
  };
}
