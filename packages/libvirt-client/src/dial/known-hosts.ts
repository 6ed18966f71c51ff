import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What known_hosts says of one host: keys that it may show, and keys that it must never show. */
export interface KnownKeys {
  trusted: Buffer[];
  revoked: Buffer[];
}

/** OpenSSH's name of a host: the bare name at port 22, else [name]:port. */
const nameOf = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`).toLowerCase();

/**
 * The keys of a host in the text of a known_hosts file: plain and hashed names, patterns with * and ?, negation, @revoked.
 * Lines of @cert-authority are passed over: certificates are not understood here, so their hosts stay unknown.
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const name = nameOf(host, port);
  const found: KnownKeys = { trusted: [], revoked: [] };
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    const [hosts, , key] = fields;
    if (!hosts || !key || hosts.startsWith("#") || !isOneOf(hosts, name)) continue;
    if (marker === undefined) found.trusted.push(Buffer.from(key, "base64"));
    else if (marker === "@revoked") found.revoked.push(Buffer.from(key, "base64"));
  }
  return found;
}

function isOneOf(hosts: string, name: string): boolean {
  if (hosts.startsWith("|1|")) return isHashOf(hosts, name);
  let named = false;
  for (const pattern of hosts.toLowerCase().split(",")) {
    if (pattern.startsWith("!")) {
      if (matches(pattern.slice(1), name)) return false;
    } else if (matches(pattern, name)) named = true;
  }
  return named;
}

/** |1|salt|HMAC-SHA1 of the name, which keeps who reads the file from learning the names. */
function isHashOf(hosts: string, name: string): boolean {
  const [, , salt = "", hash = ""] = hosts.split("|");
  const wanted = Buffer.from(hash, "base64");
  const made = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(name);
}

/** A key's type, as its own first field says, such as "ssh-ed25519". */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + Math.min(length, 64)).toString("latin1");
}

/** As ssh-keygen -l shows it: SHA256:base64 without padding. */
export const fingerprint = (key: Buffer): string => `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
