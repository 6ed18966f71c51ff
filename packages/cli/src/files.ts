import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CliError } from "./exit-status";

const maxBytes = 16 << 20;

export interface SourceText {
  file: string;
  text: string;
}

/** What `-f` names: a file, a folder's .yaml, .yml and .json, or "-" for standard input. */
export async function* readSources(path: string, recursive: boolean, stdin: Readable): AsyncGenerator<SourceText, void, void> {
  if (path === "-") {
    yield { file: "stdin", text: await readAll(stdin, "stdin") };
    return;
  }
  const files = await listFiles(path, recursive);
  if (files.length === 0) {
    throw new CliError("NOT_FOUND", `${path} holds no .yaml, .yml or .json file`, recursive ? {} : { hint: "folders in it count with -R" });
  }
  for (const file of files) yield { file, text: await readAll(createReadStream(file), file) };
}

async function listFiles(path: string, recursive: boolean): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const files: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(path, entry.name);
      // Links to folders are not followed: they may lead in a circle.
      if (entry.isDirectory()) files.push(...(recursive ? await listFiles(full, true) : []));
      else if (/\.(ya?ml|json)$/i.test(entry.name)) files.push(full);
    }
    return files;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Counts while it reads: a pipe or a device has no size to ask for. */
async function readAll(stream: Readable, file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytes += piece.length;
      if (bytes > maxBytes) throw new CliError("INVALID", `${file} is larger than ${maxBytes >> 20} MiB`, { hint: "split it" });
      chunks.push(piece);
    }
  } catch (cause) {
    throw cause instanceof CliError ? cause : unreadable(file, cause);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    // UTF-16, or no text at all.
    if (text.includes("\0")) throw new Error("it holds NUL characters");
    return text;
  } catch (cause) {
    throw new CliError("INVALID", `${file} is no UTF-8 text`, { cause });
  }
}

function unreadable(path: string, cause: unknown): CliError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return new CliError("NOT_FOUND", `there is no file ${path}`, { cause });
  return new CliError("ERROR", `can't read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
