import type { DiskRecord } from "./records";
import type { World } from "./world";

/** Drops imported bytes that no disk is made of any more. */
export function dropContent(world: World, disks: readonly DiskRecord[]): void {
  for (const { content } of disks) dropUnused(world, content);
}

function dropUnused({ machines, freeDisks, journal }: World, content: string): void {
  if (!content.startsWith("blob:")) return;
  const used = (disks: readonly DiskRecord[]) => disks.some((disk) => disk.content === content);
  for (const { disk } of freeDisks.all()) if (disk.content === content) return;
  for (const { shape, snapshots } of machines.all()) {
    if (used(shape.disks) || snapshots.some((snapshot) => used(snapshot.shape.disks))) return;
  }
  journal.writeBlob(content.slice("blob:".length), undefined);
}
