import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { type PrepareImageRequest, ProviderError } from "@remuda/contract";

export interface SourceBytes {
  stream: Readable;
  length: number;
  /** Throws INVALID_SPEC where what came is not what the checksum says; after the end. */
  verify(): void;
}

type Source = Exclude<NonNullable<PrepareImageRequest["source"]>, { $case: "existing" }>;

/** The bytes of a URL or a file, with their checksum told along. */
export async function openSource(source: Source, checksum: string, signal: AbortSignal): Promise<SourceBytes> {
  const { stream, length } = source.$case === "url" ? await openUrl(source.value, signal) : await openFile(source.value);
  const [algorithm = "sha256", wanted] = checksum === "" ? [] : checksum.split(":");
  const hash = createHash(algorithm);
  let came = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      came += chunk.length;
      done(null, chunk);
    },
  });
  stream.on("error", (error) => counted.destroy(error));
  counted.once("close", () => stream.destroy());
  return {
    stream: stream.pipe(counted),
    length,
    verify() {
      if (came !== length) throw new ProviderError("UNAVAILABLE", `${came} of ${length} bytes came`);
      if (wanted !== undefined && hash.digest("hex") !== wanted.toLowerCase())
        throw new ProviderError("INVALID_SPEC", `the ${algorithm} of what was fetched is another one than the checksum`);
    },
  };
}

async function openUrl(url: string, signal: AbortSignal): Promise<{ stream: Readable; length: number }> {
  const answer = await fetch(url, { signal, headers: { "accept-encoding": "identity" } }).catch((cause: unknown) => {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new ProviderError("UNAVAILABLE", `${url}: ${why}`, { cause });
  });
  const length = Number(answer.headers.get("content-length"));
  if (answer.ok && answer.body && length > 0) return { stream: Readable.fromWeb(answer.body), length };
  await answer.body?.cancel();
  if (answer.ok) throw new ProviderError("UNSUPPORTED", `${url}: the server doesn't tell how long it is`);
  const reason = answer.status === 404 || answer.status === 410 ? "NOT_FOUND" : answer.status < 500 ? "FORBIDDEN" : "UNAVAILABLE";
  throw new ProviderError(reason, `${url}: HTTP ${answer.status}`);
}

async function openFile(path: string): Promise<{ stream: Readable; length: number }> {
  try {
    const { size } = await stat(path);
    return { stream: createReadStream(path), length: size };
  } catch (cause) {
    throw new ProviderError("NOT_FOUND", `${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
