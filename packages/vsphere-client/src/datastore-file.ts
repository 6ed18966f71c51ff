import { Readable } from "node:stream";
import type { VsphereClient } from "./client";
import { VsphereError } from "./error";
import type { OnBytes } from "./nfc";

/** A file in a datastore. */
export interface DatastoreFile {
  /** The datacenter's inventory path, such as "/DC0". */
  datacenter: string;
  /** The datastore's name. */
  datastore: string;
  /** Such as "iso/debian.iso". */
  path: string;
}

const transferMs = 24 * 60 * 60_000;

/** "[datastore] path", as the API writes it. */
export const printDatastorePath = (datastore: string, path: string): string => `[${datastore}] ${path}`;

export function parseDatastorePath(text: string): { datastore: string; path: string } | undefined {
  const match = /^\[([^\]]+)\] ?(.*)$/s.exec(text);
  return match?.[1] ? { datastore: match[1], path: match[2] ?? "" } : undefined;
}

export async function uploadFile(
  client: VsphereClient,
  file: DatastoreFile,
  content: AsyncIterable<Uint8Array>,
  size: number,
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<void> {
  const body = Readable.from(told(content, size, onBytes), { objectMode: false });
  const headers = { ...(await authorization(client, signal)), "content-type": "application/octet-stream", "content-length": String(size) };
  const { status } = await client.transport.send({ method: "PUT", url: urlOf(file), headers, body, timeoutMs: transferMs }, signal);
  if (status < 200 || status > 299) throw refused(file, status);
}

export async function downloadFile(
  client: VsphereClient,
  file: DatastoreFile,
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<{ size: number; content: AsyncIterable<Uint8Array> }> {
  const headers = await authorization(client, signal);
  const {
    status,
    headers: answered,
    body,
  } = await client.transport.open({ method: "GET", url: urlOf(file), headers, timeoutMs: transferMs }, signal);
  if (status !== 200) {
    body.destroy();
    throw refused(file, status);
  }
  const size = Number(answered["content-length"] ?? 0);
  return { size, content: told(body, size, onBytes) };
}

/** Its size in bytes; undefined where there is none. */
export async function fileSize(client: VsphereClient, file: DatastoreFile, signal: AbortSignal): Promise<number | undefined> {
  const headers = await authorization(client, signal);
  const { status, headers: answered } = await client.transport.send(
    { method: "HEAD", url: urlOf(file), headers, timeoutMs: 60_000 },
    signal,
  );
  if (status === 404) return undefined;
  if (status !== 200) throw refused(file, status);
  return Number(answered["content-length"] ?? 0);
}

/** The file server knows SOAP's cookie; a session of VI JSON has none. */
async function authorization(client: VsphereClient, signal: AbortSignal): Promise<Record<string, string>> {
  if ((await client.protocol(signal)) === "soap") return { cookie: await client.cookie(signal) };
  const { username, password } = client.credentials;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

function urlOf({ datacenter, datastore, path }: DatastoreFile): string {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    throw new VsphereError("INVALID", `"${path}" is no path of a file`);
  const query = new URLSearchParams({ dcPath: datacenter.replace(/^\//, ""), dsName: datastore });
  return `/folder/${parts.map(encodeURIComponent).join("/")}?${query}`;
}

async function* told(content: AsyncIterable<Uint8Array>, size: number, onBytes?: OnBytes): AsyncGenerator<Uint8Array, void, void> {
  let done = 0;
  for await (const chunk of content) {
    yield chunk;
    done += chunk.length;
    onBytes?.(done, size);
  }
}

function refused({ datastore, path }: DatastoreFile, status: number): VsphereError {
  const file = printDatastorePath(datastore, path);
  if (status === 404) return new VsphereError("NOT_FOUND", `no file ${file}`, { status });
  return new VsphereError("HTTP", `${file}: HTTP status ${status}`, { status });
}
