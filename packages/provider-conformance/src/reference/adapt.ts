import type { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  StatusObject,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { expectedPlatformHeader } from "@remuda/contract";
import type { CallContext, Handlers } from "./handler-types";

/** What is the same in the definitions of all methods. */
export interface MethodShape {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
  requestDeserialize(bytes: Buffer): unknown;
}

type Call =
  | ServerUnaryCall<unknown, unknown>
  | ServerReadableStream<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>;

/** The handlers as grpc-js wants them, with nothing in between that could mend them. */
export function adaptHandlers(
  definition: { [method: string]: MethodShape },
  handlers: Handlers,
  encode: (error: unknown) => Partial<StatusObject>,
): UntypedServiceImplementation {
  // The generic shape: which of the four kinds it is depends on the method's definition, which the compiler does not see here.
  const table = handlers as unknown as Record<string, (request: unknown, context: CallContext) => unknown>;

  const adapt = (method: string, { requestStream, responseStream }: MethodShape) => {
    const handle = (call: Call) =>
      table[method]?.(requestStream ? messagesOf(call as ServerReadableStream<unknown, unknown>) : requestOf(call), contextOf(call));
    if (!responseStream) {
      return async (call: Call, callback: sendUnaryData<unknown>) => {
        try {
          callback(null, await handle(call));
        } catch (error) {
          callback(encode(error));
        }
      };
    }
    return async (call: ServerWritableStream<unknown, unknown>) => {
      try {
        for await (const message of handle(call) as AsyncIterable<unknown>) call.write(message);
        call.end();
      } catch (error) {
        call.emit("error", encode(error));
      }
    };
  };
  return Object.fromEntries(Object.entries(definition).map(([method, shape]) => [method, adapt(method, shape)]));
}

const requestOf = (call: Call) => (call as ServerUnaryCall<unknown, unknown>).request; // Asked only where the request is one message.

function contextOf(call: Call): CallContext {
  const stop = new AbortController();
  // Each of the four kinds of call is an emitter; a union of their overloads can't be called.
  (call as EventEmitter).on("cancelled", () => stop.abort());
  return {
    peer: call.getPeer(),
    deadlineMs: Number(call.getDeadline()) - Date.now(),
    expectedPlatform: call.metadata.get(expectedPlatformHeader)[0]?.toString(),
    signal: stop.signal,
  };
}

/** A stream of its own: an iterator that ends destroys its stream, and with the call's own the answer would be lost. */
function messagesOf(call: ServerReadableStream<unknown, unknown>): AsyncIterable<unknown> {
  const messages = new PassThrough({ objectMode: true });
  call.on("cancelled", () => messages.destroy(new Error("the caller hung up")));
  return call.pipe(messages);
}
