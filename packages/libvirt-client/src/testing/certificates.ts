import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** A CA of a test's own, and what it signed, in a folder. */
export interface TestCa {
  /** Makes a certificate for the names (such as "IP:127.0.0.1"), and a folder for pkipath= that has it as client's. */
  issue(commonName: string, names?: string): Promise<{ cert: string; key: string; pkipath: string }>;
  readonly ca: string;
}

export async function createCa(folder: string): Promise<TestCa> {
  await mkdir(folder, { recursive: true });
  const openssl = (...args: string[]) => exec("openssl", args, { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test CA");
  const ca = join(folder, "ca.pem");
  return {
    ca,
    async issue(commonName, names = "DNS:nobody.invalid") {
      const pkipath = join(folder, commonName);
      await mkdir(pkipath);
      const key = join(pkipath, "clientkey.pem");
      const cert = join(pkipath, "clientcert.pem");
      const extensions = join(pkipath, "extensions");
      await writeFile(
        extensions,
        `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature,keyEncipherment\n`,
      );
      await openssl("req", ...newKey, "-keyout", key, "-out", join(pkipath, "request"), "-subj", `/CN=${commonName}`);
      const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions];
      await openssl("x509", "-req", "-in", join(pkipath, "request"), ...signing, "-out", cert);
      await exec("cp", [ca, join(pkipath, "cacert.pem")]);
      return { cert, key, pkipath };
    },
  };
}
