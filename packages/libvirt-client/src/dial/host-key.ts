import { readFile } from "node:fs/promises";
import type { ServerHostKeyAlgorithm } from "ssh2";
import { LibvirtError } from "../error";
import { fingerprint, keyType, knownKeys } from "./known-hosts";

/** How a host proves that it is the one that is meant. There is no way not to ask. */
export type HostKeyTrust =
  /** Its key's fingerprint, as ssh-keygen -l shows it: "SHA256:…". */
  | { fingerprint: string }
  /** Files of OpenSSH's known_hosts; one that is missing says nothing. */
  | { knownHosts: readonly string[] };

export interface HostKeyCheck {
  /** The kinds of key to ask for, when those that are known are of certain kinds only. */
  algorithms: ServerHostKeyAlgorithm[] | undefined;
  /** Why the key that was shown is not to be trusted, or undefined. */
  refuses(key: Buffer): LibvirtError | undefined;
}

const untrusted = (what: string): LibvirtError => new LibvirtError("UNTRUSTED", what);

export async function hostKeyCheck(trust: HostKeyTrust, host: string, port: number): Promise<HostKeyCheck> {
  const where = `${host}:${port}`;
  if ("fingerprint" in trust) {
    const pinned = trust.fingerprint.replace(/=+$/, "");
    if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(pinned)) {
      throw new LibvirtError("INVALID", `the host key's fingerprint must look like SHA256:… (ssh-keygen -l), not ${trust.fingerprint}`);
    }
    return {
      algorithms: undefined,
      refuses(key) {
        const shown = fingerprint(key);
        return shown === pinned ? undefined : untrusted(`${where} shows the host key ${shown}, pinned is ${pinned}`);
      },
    };
  }
  const texts = await Promise.all(trust.knownHosts.map(readIfThere));
  const { trusted, revoked } = knownKeys(texts.join("\n"), host, port);
  const files = trust.knownHosts.join(", ");
  if (trusted.length === 0) {
    throw untrusted(
      `${where} is in none of ${files}; add its key (ssh-keyscan -p ${port} ${host}, after a look at its fingerprint) or pin it with host_key`,
    );
  }
  return {
    algorithms: algorithmsOf(trusted),
    refuses(key) {
      const shown = `${keyType(key)} ${fingerprint(key)}`;
      if (revoked.some((bad) => bad.equals(key))) return untrusted(`${where} shows the host key ${shown}, which is revoked in ${files}`);
      if (trusted.some((good) => good.equals(key))) return undefined;
      return untrusted(`${where} shows the host key ${shown}, another than ${files} has: it was changed, or someone is in between`);
    },
  };
}

/** A file that isn't there knows no hosts; one that can't be read is an error. */
async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw new LibvirtError("INVALID", `the known hosts in ${file} can't be read`, { cause });
  }
}

const byType: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  // SHA-1 signatures (the algorithm ssh-rsa) are not asked for.
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** A server has several keys and shows one: ask for a kind that can be compared. */
function algorithmsOf(keys: readonly Buffer[]): ServerHostKeyAlgorithm[] | undefined {
  const wanted = new Set(keys.flatMap((key) => byType[keyType(key)] ?? []));
  return wanted.size > 0 ? [...wanted] : undefined;
}
