import { type DescMessage, fromBinary, fromJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError, type ContextKey, createContextKey, createContextValues, type Interceptor } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { apiError } from "./errors";

// Connect answers INTERNAL for a binary message that it can't read, and no reason for one of JSON, before any interceptor is asked. Here such a request is handed in once
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
  try {
    for await (const message of messages) {
      state.done = true;
      yield message;
    }
  } catch (error) {
    // No fault of the manager, and nothing for its log.
    throw state.done ? error : new ConnectError(String(error), Code.InvalidArgument, undefined, undefined, error);
  }
}

/** The last interceptor: who may not call is told that first. */
export const refuseUnreadable: Interceptor = (next) => (request) => {
  const problem = request.contextValues.get(reading)?.problem;
  if (problem === undefined) return next(request);
  const message = `the request is no ${request.method.input.typeName} that can be read: ${problem}`;
  throw apiError("INVALID_SPEC", message);
};

/** The handler, which answers INVALID_ARGUMENT and INVALID_SPEC to a message that can't be read. Needs both interceptors. */
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
    // Connect did not read all of it.
    const bytes = Math.max(
      kept.reduce((sum, { length }) => sum + length, 0),
      Number(request.header.get("content-length") ?? 0),
    );
    // Where a length stands before the message, Connect has said so.
    if (bytes > maxMessageBytes && form.headBytes > 0) return response;
    state.problem =
      bytes > maxMessageBytes
        ? `it is larger than ${maxMessageBytes >> 20} MiB`
        : await problemOf(input, Buffer.concat(kept), form, request.header.get(form.encodingHeader) ?? "", maxMessageBytes);
    if (state.problem === undefined) return response;
    const header = new Headers(request.header);
    header.delete(form.encodingHeader);
    header.delete("content-length");
    return handler({ ...request, header, contextValues, body: keeping([emptyMessage(form)], []) });
  };
  return Object.assign(handle, handler);
}

interface Form {
  /** A byte of flags and four of length, where they stand before the message. */
  headBytes: 0 | 5;
  isJson: boolean;
  encodingHeader: string;
}

/** How a message stands in the body; undefined: it is none of these protocols'. */
function formOf(header: Headers): Form | undefined {
  const [, type] =
    /^application\/(proto|json|(?:connect|grpc|grpc-web)\+(?:proto|json)|grpc|grpc-web) *(?:;|$)/i.exec(header.get("content-type") ?? "") ??
    [];
  if (type === undefined) return undefined;
  const isJson = /json$/i.test(type);
  if (!/[+]|^grpc/i.test(type)) return { headBytes: 0, isJson, encodingHeader: "content-encoding" };
  return { headBytes: 5, isJson, encodingHeader: type.startsWith("connect") ? "connect-content-encoding" : "grpc-encoding" };
}

function emptyMessage({ headBytes, isJson }: Form): Buffer {
  const message = Buffer.from(isJson ? "{}" : "");
  if (headBytes === 0) return message;
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const compressions = [compressionGzip, compressionBrotli];

/** Why the message can't be read; undefined: it can, or what is wrong is not the message. */
async function problemOf(input: DescMessage, body: Buffer, { headBytes, isJson }: Form, encoding: string, maxBytes: number) {
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
    if (isJson) fromJsonString(input, new TextDecoder().decode(bytes), { ignoreUnknownFields: true });
    else fromBinary(input, bytes, binaryOptions);
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
