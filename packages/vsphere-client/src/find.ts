import { service, type VsphereClient } from "./client";
import { VsphereError } from "./error";
import { readObject, retrieveAll } from "./retrieve";
import { type MoRef, moRef, type ObjectType } from "./schema";

export interface Search {
  type: ObjectType;
  /** Where names and relative paths begin; the root folder unless told. */
  within?: MoRef;
}

/** A name as the server keeps it: / \ and % are written as %2f, %5c and %25. */
export const escapeName = (name: string): string => name.replaceAll("%", "%25").replaceAll("/", "%2f").replaceAll("\\", "%5c");

export const unescapeName = (name: string): string =>
  name.replaceAll(/%(2f|5c|25)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/**
 * The one object that is meant. `text` is a reference ("VirtualMachine:vm-12"), an inventory path ("/DC0/vm/web"), a name at any depth, or a path or
 * name with * and ?; empty: the only one there is. Names in it are escaped as by `escapeName`. NOT_FOUND and AMBIGUOUS say what there is.
 */
export async function find(client: VsphereClient, text: string, search: Search, signal: AbortSignal): Promise<MoRef> {
  const [only, ...more] = await findAll(client, text, search, signal);
  if (!only) throw new VsphereError("NOT_FOUND", `no ${search.type}${text === "" ? "" : ` "${text}"`}`);
  if (more.length === 0) return only;
  const wish = text === "" ? "say which" : `"${text}" means several`;
  throw new VsphereError(
    "AMBIGUOUS",
    `${more.length + 1} ${search.type}s: ${wish} (${[only, ...more].slice(0, 5).map(printRef).join(", ")})`,
  );
}

/** Everything that is meant, in no order. */
export async function findAll(client: VsphereClient, text: string, search: Search, signal: AbortSignal): Promise<MoRef[]> {
  const reference = parseRef(text);
  if (reference) return (await exists(client, reference, search.type, signal)) ? [reference] : [];
  if (text.startsWith("/")) return await byPath(client, text, search, signal);
  if (text.includes("/")) return await walk(client, search.within, text.split("/"), search.type, signal);
  const all = await retrieveAll(client, { type: search.type, paths: ["name"], container: search.within }, signal);
  return all.filter(({ properties }) => text === "" || matches(properties.name, text)).map(({ ref }) => ref);
}

export const printRef = ({ type, value }: MoRef): string => `${type}:${value}`;

/** "Type:value" as a reference. */
export function parseRef(text: string): MoRef | undefined {
  const match = /^([A-Z]\w+):([\w.-]+)$/.exec(text);
  return match?.[1] && match[2] ? moRef(match[1], match[2]) : undefined;
}

async function exists(client: VsphereClient, ref: MoRef, type: ObjectType, signal: AbortSignal): Promise<boolean> {
  return (await readObject(client, type, ref, ["name"], signal)) !== undefined;
}

async function byPath(client: VsphereClient, path: string, { type }: Search, signal: AbortSignal): Promise<MoRef[]> {
  const parts = path.split("/").filter((part) => part !== "");
  const first = parts.findIndex((part) => /[*?]/.test(part));
  if (first >= 0) {
    const above = first === 0 ? undefined : await lookUp(client, parts.slice(0, first), signal);
    return first > 0 && !above ? [] : await walk(client, above, parts.slice(first), type, signal);
  }
  const found = await lookUp(client, parts, signal);
  // A path may lead to something else, such as a folder with that name.
  return found && (await exists(client, found, type, signal)) ? [found] : [];
}

const lookUp = async (client: VsphereClient, parts: readonly string[], signal: AbortSignal): Promise<MoRef | undefined> =>
  await client.call(await service(client, "searchIndex", signal), "FindByInventoryPath", { inventoryPath: `/${parts.join("/")}` }, signal);

/** One level for each part; what is in the middle may be of any type. */
async function walk(
  client: VsphereClient,
  from: MoRef | undefined,
  parts: readonly string[],
  type: ObjectType,
  signal: AbortSignal,
): Promise<MoRef[]> {
  const [part, ...rest] = parts.filter((each) => each !== "");
  if (part === undefined) return from ? [from] : [];
  const wanted = rest.length === 0 ? type : "ManagedEntity";
  const here = await retrieveAll(client, { type: wanted, paths: ["name"], container: from, shallow: true }, signal);
  const found: MoRef[] = [];
  for (const { ref, properties } of here) {
    if (!matches(properties.name, part)) continue;
    if (rest.length === 0) found.push(ref);
    else if (containers.has(ref.type)) found.push(...(await walk(client, ref, rest, type, signal)));
  }
  return found;
}

const containers = new Set([
  "Folder",
  "Datacenter",
  "ComputeResource",
  "ClusterComputeResource",
  "ResourcePool",
  "StoragePod",
  "VirtualApp",
]);

/** * is any text, ? one character; without case, as the server's own look-up. */
function matches(name: string | undefined, pattern: string): boolean {
  if (name === undefined) return false;
  if (!/[*?]/.test(pattern)) return unescapeName(name) === unescapeName(pattern);
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "su").test(name);
}
