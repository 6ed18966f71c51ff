import { isIP } from "node:net";
import { type Duration, type FieldViolation, invalidSpec, msFromDuration } from "@remuda/contract";

/** Collects the wrong fields of one request. */
export type Violations = FieldViolation[];

const uid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hostName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const plainName = /^[a-z0-9-]{1,63}$/;
const imageName = /^[a-z0-9.-]{1,63}$/;
const mac = /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/;
const checksum = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const labelName = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelPrefix = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Throws INVALID_SPEC if anything was found. */
export function raise(found: Violations): void {
  if (found.length > 0) throw invalidSpec(found);
}

const must = (found: Violations, ok: boolean, field: string, description: string): void => {
  if (!ok) found.push({ field, description });
};

/** Long values are clipped: an error stays short, and tells enough. */
const shown = (value: string) => (value === "" ? "it is empty" : `it is "${value.length > 64 ? `${value.slice(0, 64)}…` : value}"`);

const matching = (pattern: RegExp, wanted: string) => (found: Violations, field: string, value: string) =>
  must(found, pattern.test(value), field, `must be ${wanted}; ${shown(value)}`);

export const mustBeUid = matching(uid, "a UUID in lower case");
export const mustBeMachineName = matching(hostName, "1 to 63 of [a-z0-9-], beginning and ending with a letter or digit");
export const mustBeName = matching(plainName, "1 to 63 of [a-z0-9-]");
export const mustBeImageName = matching(imageName, "1 to 63 of [a-z0-9.-]");
export const mustBeMac = matching(mac, 'six octets such as "52:54:00:12:34:56"');
export const mustBeChecksum = matching(checksum, '"sha256:" or "sha512:" and the digest in lower-case hex');
export const mustBeSha256 = matching(/^sha256:[0-9a-f]{64}$/, '"sha256:" and the digest in lower-case hex');

export const mustBeSet = (found: Violations, field: string, value: string): void => must(found, value !== "", field, "required");

export const mustBeAddress = (found: Violations, field: string, value: string): void =>
  must(found, isIP(value) !== 0, field, `must be an IP address; ${shown(value)}`);

export function mustBeCidr(found: Violations, field: string, value: string): void {
  const [address = "", length = "", ...rest] = value.split("/");
  const version = isIP(address);
  const fits = rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= (version === 6 ? 128 : 32);
  must(found, version !== 0 && fits, field, `must be an address in CIDR form such as "192.0.2.10/24"; ${shown(value)}`);
}

export function mustBeLabelKey(found: Violations, field: string, key: string): void {
  const slash = key.indexOf("/");
  const ok = slash < 0 ? labelName.test(key) : labelPrefix.test(key.slice(0, slash)) && labelName.test(key.slice(slash + 1));
  must(found, ok, field, `must be a key of Kubernetes' form, "name" or "prefix/name"; ${shown(key)}`);
}

/** Decoders have seen to it that integers are whole and not negative. */
export const mustBeWithin = (found: Violations, field: string, value: number, least: number, most: number): void =>
  must(
    found,
    // The largest safe integer stands for all that are larger.
    value >= least && value <= most && value < Number.MAX_SAFE_INTEGER,
    field,
    `must be ${most === Infinity ? `${least} or more` : `${least} to ${most}`}; it is ${value}`,
  );

export const mustBeAmount = (found: Violations, field: string, value: number, most = Infinity): void =>
  must(
    found,
    Number.isFinite(value) && value >= 0 && value <= most,
    field,
    `must be a number from 0${most === Infinity ? "" : ` to ${most}`}; it is ${value}`,
  );

/** A value of the enum that isn't its zero, unless `zeroToo`. */
export function mustBeKnown(
  found: Violations,
  field: string,
  value: number,
  known: Readonly<Record<string, number>>,
  zeroToo: boolean,
): void {
  const missing = value === 0 && !zeroToo;
  must(found, !missing && Object.values(known).includes(value), field, missing ? "required" : `${value} is not known`);
}

export function mustBeDuration(found: Violations, field: string, value: Duration | undefined): void {
  if (!value) return;
  const ok = value.seconds >= 0 && value.nanos >= 0 && value.nanos < 1e9;
  must(found, ok, field, `must be a duration from 0; it is ${msFromDuration(value)} ms`);
}

export function mustBeUnique(found: Violations, field: (index: number) => string, names: readonly string[]): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (name !== "" && seen.has(name)) found.push({ field: field(index), description: `"${name}" is there twice` });
    seen.add(name);
  });
}

const maxPageSize = 1000;

export const mustBePageSize = (found: Violations, value: number): void => mustBeWithin(found, "page_size", value, 0, maxPageSize);
