import { settleCreate } from "./create";
import { settleDelete } from "./delete";
import { settlePower } from "./power";
import { settleReconfigure } from "./reconfigure";
import type { Problem, TaskRecord, Work } from "./records";
import { settleCreateSnapshot, settleDeleteSnapshot, settleRevertSnapshot } from "./snapshots";
import type { World } from "./world";

/** The effect of work that is due; with a problem, what it leaves. */
export function settle(world: World, work: Work, problem: Problem | undefined): void {
  switch (work.kind) {
    case "create":
      settleCreate(world, work, problem);
      break;
    case "delete":
      settleDelete(world, work, problem);
      break;
    case "power":
      settlePower(world, work, problem);
      break;
    case "reconfigure":
      settleReconfigure(world, work, problem);
      break;
    case "createSnapshot":
      settleCreateSnapshot(world, work, problem);
      break;
    case "deleteSnapshot":
      settleDeleteSnapshot(world, work, problem);
      break;
    case "revertSnapshot":
      settleRevertSnapshot(world, work, problem);
      break;
    case "prepareImage": {
      const image = world.images.get(work.imageId);
      if (!image) return;
      const { task: _, ...rest } = image;
      if (problem) world.images.remove(image.name);
      else world.images.put({ ...rest, ready: true });
    }
  }
}

/** Notes the ref of running work where it is seen. */
export function attach({ machines, images }: World, { ref, work }: TaskRecord): void {
  if (work.kind === "prepareImage") {
    const image = images.get(work.imageId);
    if (image) images.put({ ...image, task: ref });
    return;
  }
  const machine = machines.get(work.machineId);
  if (machine) machines.put({ ...machine, task: ref });
}
