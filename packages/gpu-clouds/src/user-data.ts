import { createHash } from "node:crypto";
import type { Launch } from "./cloud";
import { invalid } from "./error";

type Guest = Pick<Launch, "userData" | "sshKeys">;

/** cloud-init data with the keys in it; empty where there is nothing to say. The user's own part stays as it is. */
export function cloudInit({ userData, sshKeys }: Guest): string {
  if (sshKeys.length === 0 || isMachineConfig(userData)) return userData;
  const keys = `#cloud-config\nssh_authorized_keys:\n${sshKeys.map((key) => `  - ${JSON.stringify(key.trim())}\n`).join("")}`;
  if (userData === "") return keys;
  const boundary = `remuda-${createHash("sha256").update(userData).digest("hex").slice(0, 24)}`;
  // Keys are joined to those of the user's part instead of taking their place.
  const merge = 'Merge-Type: "list(append)+dict(no_replace,recurse_list)+str()"\n';
  const part = (type: string, headers: string, text: string) =>
    `--${boundary}\nContent-Type: ${type}; charset="utf-8"\n${headers}\n${text}\n`;
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`,
    part(contentType(userData), "", userData),
    part("text/cloud-config", merge, keys),
    `--${boundary}--\n`,
  ].join("");
}

/** A start script, for clouds that run nothing else. */
export function startScript({ userData, sshKeys }: Guest): string {
  if (userData !== "" && !userData.startsWith("#!")) {
    throw invalid("spec.cloud_init.user_data", "this cloud runs a start script that begins with #!, and nothing else");
  }
  if (sshKeys.length === 0) return userData;
  const lines = sshKeys.flatMap((key) => {
    const quoted = `'${key.trim().replaceAll("'", "'\\''")}'`;
    return [`grep -qxF ${quoted} ~/.ssh/authorized_keys 2>/dev/null || echo ${quoted} >> ~/.ssh/authorized_keys`];
  });
  const install = ["mkdir -p ~/.ssh && chmod 700 ~/.ssh", ...lines, "chmod 600 ~/.ssh/authorized_keys"].join("\n");
  if (userData === "") return `#!/bin/sh\n${install}\n`;
  const [first = "", ...rest] = userData.split("\n");
  if (!/^#!.*\b(ba|da)?sh\b/.test(first))
    throw invalid("spec.cloud_init.user_data", "with SSH keys the start script must be one of a shell");
  return `${first}\n${install}\n${rest.join("\n")}`;
}

/** A machine config of Talos travels as it is: Talos reads nothing else, and its nodes have no SSH. */
export const isMachineConfig = (userData: string): boolean => /^version: v1alpha1$/m.test(userData) && /^machine:/m.test(userData);

function contentType(userData: string): string {
  if (userData.startsWith("#!")) return "text/x-shellscript";
  if (userData.startsWith("#cloud-config")) return "text/cloud-config";
  if (userData.startsWith("#include")) return "text/x-include-url";
  throw invalid("spec.cloud_init.user_data", "with SSH keys it must begin with #!, #cloud-config or #include");
}
