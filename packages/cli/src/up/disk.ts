import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";

/** What is done to a disk by those who go on without it when it fails. */
export const systemDisk = { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync };
export type Disk = typeof systemDisk;

const words: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "there is no permission",
  EEXIST: "a file stands in the way",
  ENOTDIR: "a file stands in the way",
  EPERM: "it is not permitted there",
};

/** Why something can't be written, in words. */
export function diskProblem(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
