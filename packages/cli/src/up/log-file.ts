import { join } from "node:path";
import { type Disk, diskProblem, systemDisk } from "./disk";

const defaultMaxBytes = 8 << 20;

/** A file that keeps the newest lines: when it is full it becomes FILE.1, whose place a former one gives up. */
export interface LogFile {
  /** Never fails: a line that can't be written is lost. */
  write(line: string): void;
  close(): void;
}

export interface LogFolderOptions {
  folder: string;
  /** Told once, with the first line that can't be written to any of the files. */
  say(line: string): void;
  maxBytes?: number;
  disk?: Disk;
}

/** Opens log files of a folder by their name. */
export function createLogFolder({
  folder,
  say,
  maxBytes = defaultMaxBytes,
  disk = systemDisk,
}: LogFolderOptions): (name: string) => LogFile {
  let said = false;
  const failed = (error: unknown) => {
    if (said) return;
    said = true;
    say(`${diskProblem(error)}: the logs in ${folder} are not written while that lasts; all else goes on`);
  };
  return (name) => {
    const path = join(folder, name);
    let file: number | undefined;
    let bytes = 0;
    const open = (): number => {
      disk.mkdirSync(folder, { recursive: true, mode: 0o700 });
      file = disk.openSync(path, "a", 0o600);
      bytes = disk.fstatSync(file).size;
      return file;
    };
    const close = () => {
      if (file !== undefined) disk.closeSync(file);
      file = undefined;
    };
    return {
      write(line) {
        const text = `${line}\n`;
        try {
          file ??= open();
          if (bytes > 0 && bytes + Buffer.byteLength(text) > maxBytes) {
            close();
            disk.renameSync(path, `${path}.1`);
            file = open();
          }
          bytes += disk.writeSync(file, text);
        } catch (error) {
          failed(error);
        }
      },
      close,
    };
  };
}
