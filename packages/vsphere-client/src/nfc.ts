import { Readable } from "node:stream";
import type { VsphereClient } from "./client";
import { faultError, faultOf, VsphereError } from "./error";
import { readObject } from "./retrieve";
import type { MoRef, Vim } from "./schema";
import type { Transport } from "./transport";
import { updates } from "./updates";

/** Called as bytes go: how many of how many; 0 of what is not known. */
export type OnBytes = (done: number, total: number) => void;

export interface LeaseFile {
  /** As the import spec names the device. */
  importKey: string;
  content: AsyncIterable<Uint8Array>;
  /** Bytes of `content`. */
  size: number;
  /** Whether the file is made anew, as an ISO, or is a disk that the server made already. */
  create?: boolean;
}

const chunkWaitMs = 24 * 60 * 60_000;

/** Waits until a lease can be used. Throws the lease's own error. */
export async function leaseReady(client: VsphereClient, lease: MoRef, signal: AbortSignal): Promise<Vim<"HttpNfcLeaseInfo">> {
  const spec: Vim<"PropertyFilterSpec"> = {
    _typeName: "PropertyFilterSpec",
    propSet: [{ _typeName: "PropertySpec", type: "HttpNfcLease", all: false, pathSet: ["state"] }],
    objectSet: [{ _typeName: "ObjectSpec", obj: lease, skip: false }],
  };
  for await (const _ of updates(client, spec, {}, signal)) {
    const read = await readObject(client, "HttpNfcLease", lease, ["state", "info", "error"], signal);
    if (!read) throw new VsphereError("NOT_FOUND", `the lease ${lease.value} is gone`);
    if (read.error) throw faultError(read.error.fault, read.error.localizedMessage);
    if (read.state === "ready" && read.info) return read.info;
    if (read.state === "done") throw new VsphereError("NOT_FOUND", `the lease ${lease.value} has ended`);
  }
  throw new VsphereError("TIMEOUT", `the lease ${lease.value} did not become ready`);
}

/** Sends files into an import's lease, one after the other, and completes it; whatever fails aborts it, so that nothing is left. */
export async function uploadToLease(
  client: VsphereClient,
  lease: MoRef,
  files: readonly LeaseFile[],
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<MoRef> {
  return await holding(client, lease, signal, async (info, progress) => {
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const { importKey, content, size, create = false } of files) {
      const device = info.deviceUrl?.find((url) => url.importKey === importKey);
      if (!device) throw new VsphereError("NOT_FOUND", `the lease has no device ${importKey}`);
      const { transport, url } = target(client, device);
      const told = counted(content, (done) => {
        progress.done(before + done, total);
        onBytes?.(before + done, total);
      });
      const { status } = await transport.send(
        {
          method: create ? "PUT" : "POST",
          url,
          headers: {
            "content-type": create ? "application/octet-stream" : "application/x-vnd.vmware-streamVmdk",
            "content-length": String(size),
            overwrite: "t",
          },
          body: Readable.from(told, { objectMode: false }),
          timeoutMs: chunkWaitMs,
        },
        signal,
      );
      if (status < 200 || status > 299) throw refused(status, importKey);
      before += size;
    }
    return info.entity;
  });
}

/** One disk out of an export's lease. The lease is completed at the end, and aborted where the reader stops before. */
export async function* downloadFromLease(
  client: VsphereClient,
  lease: MoRef,
  pick: (devices: readonly Vim<"HttpNfcLeaseDeviceUrl">[]) => Vim<"HttpNfcLeaseDeviceUrl"> | undefined,
  signal: AbortSignal,
  onBytes?: OnBytes,
): AsyncGenerator<Uint8Array, void, void> {
  const info = await leaseReady(client, lease, signal);
  const progress = keepLease(client, lease, info.leaseTimeout);
  let complete = false;
  try {
    const device = pick(info.deviceUrl ?? []);
    if (!device) throw new VsphereError("NOT_FOUND", "the lease has no such device");
    const { transport, url } = target(client, device);
    const { status, headers, body } = await transport.open({ method: "GET", url, timeoutMs: chunkWaitMs }, signal);
    if (status !== 200) {
      body.destroy();
      throw refused(status, device.key);
    }
    const total = device.fileSize ?? Number(headers["content-length"] ?? 0);
    yield* counted(body, (done) => {
      progress.done(done, total);
      onBytes?.(done, total);
    });
    complete = true;
  } finally {
    progress.stop();
    await end(client, lease, complete);
  }
}

async function holding<T>(
  client: VsphereClient,
  lease: MoRef,
  signal: AbortSignal,
  work: (info: Vim<"HttpNfcLeaseInfo">, progress: LeaseProgress) => Promise<T>,
): Promise<T> {
  const info = await leaseReady(client, lease, signal);
  const progress = keepLease(client, lease, info.leaseTimeout);
  let complete = false;
  try {
    const result = await work(info, progress);
    complete = true;
    return result;
  } finally {
    progress.stop();
    await end(client, lease, complete);
  }
}

interface LeaseProgress {
  done(bytes: number, total: number): void;
  stop(): void;
}

/** A lease ends by itself unless it hears of progress. */
function keepLease(client: VsphereClient, lease: MoRef, timeoutSeconds: number): LeaseProgress {
  let percent = 0;
  const timer = setInterval(
    () => {
      // One that was missed is made good by the next; one that is gone fails the transfer itself.
      client.call(lease, "HttpNfcLeaseProgress", { percent }, AbortSignal.timeout(30_000)).catch(() => undefined);
    },
    Math.max(1, timeoutSeconds / 3) * 1000,
  );
  timer.unref();
  return {
    done(bytes, total) {
      percent = total > 0 ? Math.min(99, Math.floor((bytes / total) * 100)) : 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** With a signal of its own: what ended the transfer may have been the caller's. */
async function end(client: VsphereClient, lease: MoRef, complete: boolean): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  if (complete) return void (await client.call(lease, "HttpNfcLeaseComplete", {}, signal));
  try {
    await client.call(lease, "HttpNfcLeaseAbort", {}, signal);
  } catch (error) {
    // What ended the transfer is the error that counts; the server ends a silent lease by itself.
    if (!(error instanceof VsphereError) && !faultOf(error, "ManagedObjectNotFound") && !signal.aborted) throw error;
  }
}

/** "*" stands for the server that was asked. A host that serves the disk itself is known by the thumbprint that the server tells. */
function target(client: VsphereClient, device: Vim<"HttpNfcLeaseDeviceUrl">): { transport: Transport; url: string } {
  const url = new URL(device.url.replace("://*", `://${new URL(client.origin).hostname}`));
  if (device.url.includes("://*")) return { transport: client.transport, url: url.pathname + url.search };
  if (url.origin === client.origin || !device.sslThumbprint) return { transport: client.transport, url: url.href };
  return { transport: client.transport.to({ kind: "thumbprint", thumbprint: device.sslThumbprint }), url: url.href };
}

async function* counted(content: AsyncIterable<Uint8Array>, tell: (done: number) => void): AsyncGenerator<Uint8Array, void, void> {
  let done = 0;
  for await (const chunk of content) {
    yield chunk;
    done += chunk.length;
    tell(done);
  }
}

const refused = (status: number, device: string) =>
  new VsphereError("HTTP", `the transfer of ${device} was answered with HTTP status ${status}`, { status });
