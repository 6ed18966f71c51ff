import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import { CliError } from "./exit-status";
import { diskProblem } from "./up/disk";

/** Standard output. Node writes to a file once, and takes no notice of what a disk that is almost full left out: files are written here. */
export const openStdout = (stdout: NodeJS.WriteStream): Writable =>
  // Terminals and pipes are sockets here. Asking fstat instead keeps Node 20 from resolving symlinks in the next import of CommonJS.
  stdout instanceof Socket ? stdout : toFile(descriptor);

const descriptor = 1;
const toFile = (fd: number) =>
  new Writable({
    write(chunk: Buffer, _, done) {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });

/** What is said when the results can't be written. The command may have done all the same what it was to do. */
export function outputFailed(error: Error, args: readonly string[]): CliError {
  const command = args.find((word) => !word.startsWith("-"));
  // 1 says of diff that there are differences.
  return new CliError(command === "diff" ? "FAILED" : "ERROR", `can't write the results: ${diskProblem(error)}`, { cause: error });
}
