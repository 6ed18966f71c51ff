import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { VirtualMachine } from "@remuda/contract";

/** The file that stands for the platform: the machines as a JSON array. */
export function openMachineFile(path: string) {
  const written: VirtualMachine[] = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
  return {
    machines: written.map((machine) => VirtualMachine.fromPartial(machine)),
    /** Beside it, then renamed: a crash leaves the old file or the new one. */
    write(machines: Iterable<VirtualMachine>): void {
      writeFileSync(`${path}.new`, JSON.stringify([...machines]), { flush: true });
      renameSync(`${path}.new`, path);
    },
  };
}
