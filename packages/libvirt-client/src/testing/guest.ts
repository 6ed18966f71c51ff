import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** A small guest that boots in seconds; what it tells on its serial console begins with "guest:". See guest-init.sh. */
export interface TestGuest {
  /** A bootable qcow2 of 64 MiB. Not to be written to: it is shared. */
  disk: string;
  /** The same for direct boot; append "console=ttyS0 rdinit=/init". */
  kernel: string;
  initrd: string;
}

/** Builds the guest where it wasn't yet: some 20 s and 60 MB of downloads, once for a version of its scripts. */
export async function testGuest(): Promise<TestGuest> {
  const scripts = ["build-guest.sh", "guest-init.sh"].map((name) => join(import.meta.dirname, name));
  const hash = createHash("sha256");
  for (const script of scripts) hash.update(await readFile(script));
  const folder = join(tmpdir(), "remuda-test-guest", hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    // Built aside and moved as one: two that build at once don't meet half of each other's.
    const building = `${folder}.${process.pid}`;
    await mkdir(building, { recursive: true });
    await exec("bash", [scripts[0] ?? "", building]);
    await rename(building, folder).catch(() => rm(building, { recursive: true }));
  }
  return { disk: join(folder, "guest.qcow2"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd") };
}
