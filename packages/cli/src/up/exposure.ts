import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { isLoopback } from "../connection";
import { CliError } from "../exit-status";

export interface ExposureOptions {
  listen: string;
  tokenFile: string | undefined;
  tlsCert?: string;
  tlsKey?: string;
  insecure?: boolean;
}

/** What the manager would refuse to start with, all at once and before anything runs; answers its TLS files. USAGE if something is missing. */
export function checkExposure({ listen, tokenFile, tlsCert, tlsKey, insecure }: ExposureOptions) {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new CliError("USAGE", "--tls-cert and --tls-key go together");
  const tls = tlsCert === undefined || tlsKey === undefined ? undefined : { cert: resolve(tlsCert), key: resolve(tlsKey) };
  if (!isLoopback(listen.replace(/:\d+$/, ""))) {
    const missing = [
      ...(tls || insecure ? [] : ["--tls-cert FILE and --tls-key FILE (or --insecure, for plaintext)"]),
      ...(tokenFile === undefined ? ["--token-file FILE, the token that callers must show"] : []),
    ];
    if (missing.length > 0)
      throw new CliError("USAGE", `${listen} can be reached from other machines: the manager needs ${missing.join("; and ")}`, {
        hint: "or listen on this machine alone, such as --listen 127.0.0.1:7700",
      });
  }
  const files = { "--tls-cert": tls?.cert, "--tls-key": tls?.key, "--token-file": tokenFile };
  for (const [flag, file] of Object.entries(files)) if (file !== undefined) readableOr(flag, file);
  return tls;
}

function readableOr(flag: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new CliError("USAGE", `${flag}: can't read ${file}`, { cause });
  }
}
