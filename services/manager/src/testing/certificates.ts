import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority of its own, and what it signs for 127.0.0.1. */
export function createAuthority() {
  const folder = mkdtempSync(join(tmpdir(), "remuda-certificates-"));
  const file = (name: string) => join(folder, name);
  const make = (name: string, ...more: string[]) => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file(`${name}.key`)];
    execFileSync("openssl", ["req", "-x509", ...key, "-subj", `/CN=${name}`, "-days", "2", ...more, "-out", file(`${name}.crt`)], {
      stdio: "pipe",
    });
    return { certFile: file(`${name}.crt`), keyFile: file(`${name}.key`) };
  };
  const { certFile: caFile } = make("authority");
  return {
    caFile,
    sign: (name: string) =>
      make(
        name,
        "-CA",
        caFile,
        "-CAkey",
        file("authority.key"),
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=CA:FALSE",
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
