import type { MachineLine } from "./api/ownership";
import { age } from "./table";
import { oneLine } from "./text";

export const machineHeader = ["ID", "NAME", "POWER", "CPUS", "MEMORY-MIB", "DISK-GIB", "HOST", "ADDRESSES", "AGE"];

const gib = 2 ** 30;

/** A machine of a platform as cells of a table. */
export const machineCells = (machine: MachineLine, now: number): string[] =>
  [
    machine.id,
    machine.name || "-",
    machine.powerState || "-",
    String(machine.cpus || "-"),
    String(machine.memoryMiB || "-"),
    String(Math.round((machine.diskBytes / gib) * 10) / 10),
    machine.host || "-",
    machine.addresses.join(",") || "-",
    age(machine.createTime, now),
  ].map(oneLine);
