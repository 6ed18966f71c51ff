import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { VirtualMachine } from "@remuda/contract";

interface Written {
  platformId: string;
  machines: VirtualMachine[];
}

/** The file that stands for the platform: its id and its machines as JSON. */
export function openMachineFile(path: string) {
  const found = existsSync(path);
  const written: Written = found ? JSON.parse(readFileSync(path, "utf8")) : { platformId: randomUUID(), machines: [] };
  const { platformId } = written;
  const file = {
    platformId,
    machines: written.machines.map((machine) => VirtualMachine.fromPartial(machine)),
    /** Beside it, then renamed: a crash leaves the old file or the new one. */
    write(machines: Iterable<VirtualMachine>): void {
      writeFileSync(`${path}.new`, JSON.stringify({ platformId, machines: [...machines] }), { flush: true });
      renameSync(`${path}.new`, path);
    },
  };
  // A platform is itself before it has machines.
  if (!found) file.write([]);
  return file;
}
