import type { SnapshotServiceServer } from "@remuda/contract";
import { brokenProvider } from "./broken-provider";
import type { MachineCalls } from "./machine-calls";
import type { Snapshots } from "./provider";
import { checkCreateSnapshot, checkId, checkSnapshot } from "./request-rules";
import type { Rpc } from "./rpc";
import type { Support } from "./support";

export interface SnapshotServiceDeps {
  snapshots: Snapshots;
  machines: MachineCalls;
  support: Support;
  rpc: Rpc;
}

export function createSnapshotService({ snapshots, machines, support, rpc }: SnapshotServiceDeps): SnapshotServiceServer {
  return {
    createSnapshot: rpc.unary({
      method: "CreateSnapshot",
      mutation: true,
      subject: (request) => keyOf(request),
      check(request) {
        checkCreateSnapshot(request);
        support.memorySnapshot(request.memory);
      },
      async handle(request, signal) {
        const { snapshot, task } = await machines.mutate(keyOf(request), signal, () => snapshots.create(request, signal));
        if (snapshot.id === "") throw brokenProvider("a snapshot has no id");
        return { snapshot, task: machines.task(task) };
      },
    }),
    deleteSnapshot: rpc.unary({
      method: "DeleteSnapshot",
      mutation: true,
      subject: (request) => keyOf(request),
      check: checkSnapshot,
      async handle(request, signal) {
        const key = keyOf(request);
        return { task: machines.task(await machines.mutate(key, signal, () => snapshots.delete(key, request.snapshotId, signal))) };
      },
    }),
    revertSnapshot: rpc.unary({
      method: "RevertSnapshot",
      mutation: true,
      subject: (request) => keyOf(request),
      check: checkSnapshot,
      async handle(request, signal) {
        const key = keyOf(request);
        return { task: machines.task(await machines.mutate(key, signal, () => snapshots.revert(key, request.snapshotId, signal))) };
      },
    }),
    listSnapshots: rpc.unary({
      method: "ListSnapshots",
      subject: ({ virtualMachineId }) => ({ id: virtualMachineId }),
      check: ({ virtualMachineId }) => checkId("virtual_machine_id", virtualMachineId),
      handle: async ({ virtualMachineId }, signal) => ({ snapshots: await snapshots.list(virtualMachineId, signal) }),
    }),
  };
}

const keyOf = ({ virtualMachineId, uid }: { virtualMachineId: string; uid: string }) => ({ id: virtualMachineId, uid });
