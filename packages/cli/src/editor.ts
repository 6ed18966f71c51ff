import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "./context";
import { CliError } from "./exit-status";

/** A text in a file of its own, for a person to change. */
export interface Draft {
  file: string;
  /** Opens the editor over this text; answers what was saved. */
  edit(text: string): Promise<string>;
  discard(): void;
}

/** Only this user may read it: resources can hold passwords. */
export function createDraft(context: Context, name: string): Draft {
  const folder = mkdtempSync(join(tmpdir(), "remuda-edit-"));
  const file = join(folder, `${name.replace(/[^A-Za-z0-9._-]/g, "_")}.yaml`);
  return {
    file,
    edit: async (text) => {
      writeFileSync(file, text, { mode: 0o600 });
      await open(context, file);
      return readFileSync(file, "utf8");
    },
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function open({ config }: Context, file: string): Promise<void> {
  const { editor } = config;
  return new Promise((resolve, reject) => {
    const failed = (why: string, cause?: unknown) =>
      reject(
        new CliError("ERROR", `the editor "${editor}" ${why}; nothing was changed, the draft is kept in ${file}`, {
          hint: "name another with the variable EDITOR, such as EDITOR=nano",
          cause,
        }),
      );
    // A shell, since the variable may hold flags too: "code --wait".
    const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit" });
    child.on("error", (cause) => failed("can't be started", cause));
    child.on("close", (code, signal) =>
      code === 0 ? resolve() : failed(signal === null ? `ended with status ${code}` : `was ended by ${signal}`),
    );
  });
}
