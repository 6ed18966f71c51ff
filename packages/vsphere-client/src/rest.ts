import type { VsphereClient } from "./client";
import { VsphereError } from "./error";
import type { MoRef } from "./schema";

const sessionHeader = "vmware-api-session-id";
const timeoutMs = 60_000;

/** The REST API beside vim25: what is only there, with a session of its own that is opened when it is needed. */
export interface RestApi {
  /** `path` below /rest, such as "/com/vmware/cis/tagging/tag". Answers the `value` of the answer. */
  send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body: object | undefined, signal: AbortSignal): Promise<unknown>;
}

export function createRestApi(client: VsphereClient): RestApi {
  let session: Promise<string> | undefined;

  /** With a deadline of its own: several callers share it. */
  async function open(): Promise<string> {
    const { username, password } = client.credentials;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const { status, text } = await client.transport.send(
      { method: "POST", url: "/rest/com/vmware/cis/session", headers: { authorization, accept: "application/json" }, timeoutMs },
      AbortSignal.timeout(timeoutMs),
    );
    const token = status >= 200 && status <= 299 ? answerOf(text) : undefined;
    if (typeof token === "string" && token !== "") return token;
    throw new VsphereError(status >= 500 ? "UNREACHABLE" : "HTTP", `a session of the REST API was answered with HTTP status ${status}`, {
      status,
    });
  }

  return {
    async send(method, path, body, signal) {
      for (let attempt = 0; ; attempt++) {
        session ??= open();
        const opened = session;
        const token = await opened.catch((error: unknown) => {
          if (session === opened) session = undefined;
          throw error;
        });
        const headers: Record<string, string> = { [sessionHeader]: token, accept: "application/json" };
        if (body) headers["content-type"] = "application/json";
        const url = `/rest${path}`;
        const { status, text } = await client.transport.send(
          { method, url, headers, body: body && JSON.stringify(body), timeoutMs },
          signal,
        );
        if (status >= 200 && status <= 299) return text === "" ? undefined : answerOf(text);
        if (status !== 401 || attempt > 0) throw refused(path, status, text);
        if (session === opened) session = undefined;
      }
    },
  };
}

export interface Tag {
  id: string;
  name: string;
  categoryId: string;
}

const tagging = "/com/vmware/cis/tagging";

/** A tag by the names of its category and itself; made, with its category, where it is not there. */
export async function ensureTag(rest: RestApi, category: string, name: string, signal: AbortSignal): Promise<Tag> {
  const categoryId =
    (await findByName(rest, "category", await ids(rest, `${tagging}/category`, signal), category, signal)) ??
    (await makeCategory(rest, category, signal));
  const members = await ids(rest, `${tagging}/tag/id:${encodeURIComponent(categoryId)}?~action=list-tags-for-category`, signal, "POST");
  const found = await findByName(rest, "tag", members, name, signal);
  const id =
    found ?? text(await rest.send("POST", `${tagging}/tag`, { create_spec: { name, description: "", category_id: categoryId } }, signal));
  return { id, name, categoryId };
}

export async function attachTag(rest: RestApi, tag: Pick<Tag, "id">, object: MoRef, signal: AbortSignal): Promise<void> {
  await rest.send(
    "POST",
    `${tagging}/tag-association/id:${encodeURIComponent(tag.id)}?~action=attach`,
    { object_id: dynamicId(object) },
    signal,
  );
}

export async function detachTag(rest: RestApi, tag: Pick<Tag, "id">, object: MoRef, signal: AbortSignal): Promise<void> {
  await rest.send(
    "POST",
    `${tagging}/tag-association/id:${encodeURIComponent(tag.id)}?~action=detach`,
    { object_id: dynamicId(object) },
    signal,
  );
}

export async function attachedTags(rest: RestApi, object: MoRef, signal: AbortSignal): Promise<Tag[]> {
  const found = texts(
    await rest.send("POST", `${tagging}/tag-association?~action=list-attached-tags`, { object_id: dynamicId(object) }, signal),
  );
  const tags: Tag[] = [];
  for (const id of found) {
    const tag = members(await rest.send("GET", `${tagging}/tag/id:${encodeURIComponent(id)}`, undefined, signal));
    tags.push({ id, name: text(tag.name), categoryId: text(tag.category_id) });
  }
  return tags;
}

export interface LibraryItem {
  id: string;
  name: string;
  /** Such as "ovf" or "vm-template". */
  type: string;
}

/** An item of a content library by the names of both; undefined where there is none. */
export async function findLibraryItem(rest: RestApi, library: string, name: string, signal: AbortSignal): Promise<LibraryItem | undefined> {
  const [libraryId] = texts(await rest.send("POST", "/com/vmware/content/library?~action=find", { spec: { name: library } }, signal));
  if (libraryId === undefined) return undefined;
  const [id] = texts(
    await rest.send("POST", "/com/vmware/content/library/item?~action=find", { spec: { name, library_id: libraryId } }, signal),
  );
  if (id === undefined) return undefined;
  const item = members(await rest.send("GET", `/com/vmware/content/library/item/id:${encodeURIComponent(id)}`, undefined, signal));
  return { id, name: text(item.name), type: text(item.type) };
}

export interface Deployment {
  name: string;
  resourcePool: MoRef;
  folder?: MoRef;
  host?: MoRef;
  datastore?: MoRef;
}

/** Deploys an OVF item; answers the machine. */
export async function deployLibraryItem(
  rest: RestApi,
  item: Pick<LibraryItem, "id">,
  wanted: Deployment,
  signal: AbortSignal,
): Promise<string> {
  const target: Record<string, string> = { resource_pool_id: wanted.resourcePool.value };
  if (wanted.folder) target.folder_id = wanted.folder.value;
  if (wanted.host) target.host_id = wanted.host.value;
  const spec: Record<string, unknown> = { name: wanted.name, accept_all_EULA: true };
  if (wanted.datastore) spec.default_datastore_id = wanted.datastore.value;
  const path = `/com/vmware/vcenter/ovf/library-item/id:${encodeURIComponent(item.id)}?~action=deploy`;
  const answer = members(await rest.send("POST", path, { target, deployment_spec: spec }, signal));
  if (answer.succeeded === true) return text(members(answer.resource_id).id);
  throw new VsphereError("FAULT", `the item could not be deployed: ${JSON.stringify(answer.error ?? answer).slice(0, 500)}`);
}

async function findByName(
  rest: RestApi,
  kind: "category" | "tag",
  among: readonly string[],
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const id of among) {
    const found = members(await rest.send("GET", `${tagging}/${kind}/id:${encodeURIComponent(id)}`, undefined, signal));
    if (found.name === name) return id;
  }
  return undefined;
}

async function makeCategory(rest: RestApi, name: string, signal: AbortSignal): Promise<string> {
  const spec = { name, description: "", cardinality: "MULTIPLE", associable_types: ["VirtualMachine"] };
  return text(await rest.send("POST", `${tagging}/category`, { create_spec: spec }, signal));
}

const ids = async (rest: RestApi, path: string, signal: AbortSignal, method: "GET" | "POST" = "GET") =>
  texts(await rest.send(method, path, undefined, signal));
const dynamicId = ({ type, value }: MoRef) => ({ type, id: value });

function answerOf(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "value" in parsed ? parsed.value : parsed;
  } catch (cause) {
    throw new VsphereError("PROTOCOL", "the REST API's answer is no JSON", { cause });
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new VsphereError("PROTOCOL", "the REST API's answer has no text where one was expected");
}

function texts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(text);
  throw new VsphereError("PROTOCOL", "the REST API's answer has no list where one was expected");
}

function members(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>; // Read member by member.
  throw new VsphereError("PROTOCOL", "the REST API's answer has no object where one was expected");
}

function refused(path: string, status: number, body: string): VsphereError {
  const problem = status === 404 ? "NOT_FOUND" : status >= 500 ? "UNREACHABLE" : "HTTP";
  return new VsphereError(problem, `${path.replace(/\?.*/, "")}: HTTP status ${status}: ${body.slice(0, 300)}`, { status });
}
