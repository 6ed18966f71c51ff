import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { type ContextKey, createContextKey, createContextValues, type Interceptor } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { apiError } from "./errors";

// Connect answers INTERNAL for a binary message that it can't read, before any interceptor is asked. Here such a request is handed in once
// more with an empty message, and refused by an interceptor: so the refusal has the form of whatever protocol it came by.

interface Reading {
  /** Its message was read. */
  done: boolean;
  /** Why it can't be. */
  problem?: string;
}

const reading: ContextKey<Reading | undefined> = createContextKey<Reading | undefined>(undefined);

/** As Connect gives to fromBinary. A level of a Struct takes three; more than a resource may have is told with the field's path. */
export const binaryOptions = { recursionLimit: 256 };

/** The first interceptor. */
export const noteRead: Interceptor = (next) => (request) => {
  const state = request.contextValues.get(reading);
  if (!state) return next(request);
  // A stream's message is read only when it is asked for.
  if (request.stream) return next({ ...request, message: noting(request.message, state) });
  state.done = true;
  return next(request);
};

async function* noting<T>(messages: AsyncIterable<T>, state: Reading): AsyncGenerator<T> {
  for await (const message of messages) {
    state.done = true;
    yield message;
  }
}

/** The last interceptor: who may not call is told that first. */
export const refuseUnreadable: Interceptor = (next) => (request) => {
  const problem = request.contextValues.get(reading)?.problem;
  if (problem === undefined) return next(request);
  const message = `the request is no ${request.method.input.typeName} that can be read: ${problem}`;
  throw apiError("INVALID_SPEC", message);
};

/** The handler, which answers INVALID_ARGUMENT to a binary message that can't be read. Needs both interceptors. */
export function withReadableMessages(handler: UniversalHandler, maxMessageBytes: number): UniversalHandler {
  const { methodKind, input } = handler.method;
  // Where many messages come there is none to look at again.
  if (methodKind !== "unary" && methodKind !== "server_streaming") return handler;

  const handle = async (request: UniversalServerRequest) => {
    const form = formOf(request.header);
    if (!form || !isStream(request.body)) return handler(request);
    const state: Reading = { done: false };
    const contextValues = (request.contextValues ?? createContextValues()).set(reading, state);
    const kept: Uint8Array[] = [];
    const response = await handler({ ...request, contextValues, body: keeping(request.body, kept) });
    // Only what failed is looked at again.
    if (state.done) return response;
    state.problem = await problemOf(input, Buffer.concat(kept), form, request.header.get(form.encodingHeader) ?? "", maxMessageBytes);
    if (state.problem === undefined) return response;
    const header = new Headers(request.header);
    header.delete(form.encodingHeader);
    header.delete("content-length");
    return handler({ ...request, header, contextValues, body: keeping([Buffer.alloc(form.headBytes)], []) });
  };
  return Object.assign(handle, handler);
}

interface Form {
  /** A byte of flags and four of length, where they stand before the message. */
  headBytes: 0 | 5;
  encodingHeader: string;
}

/** How a binary message stands in the body; undefined: it is none. */
function formOf(header: Headers): Form | undefined {
  const [, type] = /^application\/(proto|connect\+proto|grpc(?:-web)?(?:\+proto)?) *(?:;|$)/i.exec(header.get("content-type") ?? "") ?? [];
  if (type === undefined) return undefined;
  if (type === "proto") return { headBytes: 0, encodingHeader: "content-encoding" };
  return { headBytes: 5, encodingHeader: type.startsWith("connect") ? "connect-content-encoding" : "grpc-encoding" };
}

const compressions = [compressionGzip, compressionBrotli];

/** Why the message can't be read; undefined: it can, or what is wrong is not the message. */
async function problemOf(input: DescMessage, body: Buffer, { headBytes }: Form, encoding: string, maxBytes: number) {
  const message = body.subarray(headBytes);
  if (headBytes > 0 && (body.length < headBytes || body.readUInt32BE(1) !== message.length)) return undefined;
  const isCompressed = encoding !== "" && (headBytes === 0 || body[0] === 1);
  const compression = compressions.find((c) => c.name === encoding);
  let bytes: Uint8Array = message;
  try {
    if (isCompressed) bytes = compression ? await compression.decompress(message, maxBytes) : Buffer.alloc(0);
  } catch {
    // Connect has said so in its own words.
    return undefined;
  }
  try {
    fromBinary(input, bytes, binaryOptions);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function* keeping(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, kept: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    kept.push(chunk);
    yield chunk;
  }
}

const isStream = (body: UniversalServerRequest["body"]): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;
