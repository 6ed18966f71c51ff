import { randomUUID } from "node:crypto";
import { type handleUnaryCall, type Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { asProviderError, ProviderError, reasons, toServiceStatus } from "@remuda/contract";
import type { SpanOptions, Tracing } from "@remuda/tracing";
import type { Logger } from "pino";
import type { createConcurrencyLimit } from "./limits";
import type { Metrics } from "./metrics";
import type { Platform } from "./platform";

export interface RpcDeps {
  log: Logger;
  metrics: Metrics;
  tracing?: Tracing;
  /** Throws RATE_LIMITED. */
  rateLimit: () => void;
  concurrency: ReturnType<typeof createConcurrencyLimit>;
  platform: Pick<Platform, "check">;
}

/** What a line of the log says about a call beside its method. */
export interface Subject {
  uid?: string;
  id?: string;
}

export interface UnaryRpc<Request, Response> {
  /** Such as "Create". */
  method: string;
  /** Told at info instead of debug. */
  mutation?: boolean;
  /** Answered for whatever platform the caller expects: it asks which one this is. */
  anyPlatform?: boolean;
  /** Throws on a request that breaks a rule of the contract, or asks for what the provider does not do. */
  check?: (request: Request) => void;
  subject?: (request: Request) => Subject;
  /** Texts of the request that must not stand in the log, should a platform's error repeat them. */
  secrets?: (request: Request) => readonly (string | undefined)[];
  /** Whether the call takes up one of the slots; a long-poll only waits, and doesn't. */
  takesSlot?: (request: Request) => boolean;
  handle: (request: Request, signal: AbortSignal) => Promise<Response>;
}

/** The part of a server call that every kind of call has. */
export interface ServerCall {
  metadata: Metadata;
  on(event: "cancelled", listener: () => void): unknown;
}

/** A call that has begun: its signal, and the one place where its end is counted and told. */
export interface OpenCall {
  signal: AbortSignal;
  /** Rejects what is meant for another platform; undefined where nobody has to wait for that. */
  checkPlatform(): Promise<void> | undefined;
  /** Ends the call for log and metrics; answers the status to send, undefined after success. */
  end(error?: unknown): StatusObject | undefined;
}

export type Rpc = ReturnType<typeof createRpc>;

/** What every call passes through: limits, checks, cancellation, log, metrics, errors. */
export function createRpc({ log, metrics, tracing, rateLimit, concurrency, platform }: RpcDeps) {
  function open(call: ServerCall, about: About): OpenCall {
    const { method } = about;
    const startedAt = performance.now();
    const controller = new AbortController();
    let ended = false;
    // grpc-js says "cancelled" after every call; before its end it means that the client hung up or its deadline passed.
    call.on("cancelled", () => {
      if (!ended) controller.abort(new ProviderError("INTERRUPTED", "the call was cancelled"));
    });
    metrics.inFlight.inc({ method });
    // A stream is open for days: no span waits for that.
    const span = about.timed ? tracing?.begin(method, spanOptions(call.metadata, about)) : undefined;
    return {
      signal: controller.signal,
      checkPlatform: () => platform.check(call.metadata, controller.signal),
      end(thrown) {
        if (ended) return undefined;
        ended = true;
        const ms = performance.now() - startedAt;
        const error = thrown === undefined ? undefined : asProviderError(thrown);
        const reason = error?.reason ?? "";
        metrics.inFlight.dec({ method });
        metrics.calls.inc({ method, code: status[error ? reasons[error.reason].code : status.OK], reason });
        if (about.timed) metrics.seconds.observe({ method }, ms / 1000);
        span?.end(error?.reason);
        tell(call, about, ms, error, controller.signal.aborted);
        return error && wellFormed(toServiceStatus(error));
      },
    };
  }

  function tell({ metadata }: ServerCall, about: About, ms: number, error: ProviderError | undefined, cancelled: boolean): void {
    // What the client itself broke off, and what it will see with its reason, is no error of this process.
    const level = error?.reason === "INTERNAL" && !cancelled ? "error" : about.mutation ? "info" : "debug";
    if (!log.isLevelEnabled(level)) return;
    const fields = { requestId: requestId(metadata), method: about.method, ...clipped(about.subject?.()), ms: Math.round(ms * 10) / 10 };
    if (!error || cancelled) {
      log[level](fields, error ? "call cancelled by the client" : "call answered");
      return;
    }
    const secrets = about.secrets?.() ?? [];
    const problem = without(secrets, error.message);
    log[level](
      { ...fields, reason: error.reason, problem, ...(level === "error" && { stack: without(secrets, stackOf(error)) }) },
      "call failed",
    );
  }

  /** A handler of grpc-js from a function that answers a promise. */
  function unary<Request, Response>(rpc: UnaryRpc<Request, Response>): handleUnaryCall<Request, Response> {
    const { check, takesSlot, handle } = rpc;
    const answer = async (request: Request, { signal, checkPlatform }: OpenCall): Promise<Response> => {
      limited(metrics, rateLimit);
      check?.(request);
      const checking = rpc.anyPlatform ? undefined : checkPlatform();
      if (checking) await checking;
      if (takesSlot && !takesSlot(request)) return handle(request, signal);
      const queued = limited(metrics, () => concurrency.acquire(signal));
      if (queued) await queued;
      try {
        return await handle(request, signal);
      } finally {
        concurrency.release();
      }
    };
    return (call, callback) => {
      const { request } = call;
      const opened = open(call, {
        method: rpc.method,
        mutation: rpc.mutation ?? false,
        timed: true,
        subject: rpc.subject && (() => rpc.subject?.(request)),
        secrets: rpc.secrets && (() => rpc.secrets?.(request)),
      });
      answer(request, opened).then(
        (response) => {
          opened.end();
          callback(null, response);
        },
        (error) => callback(opened.end(error) ?? null),
      );
    };
  }

  return {
    unary,
    /** For streams: they are exempt from the limits and from the histogram. */
    openStream: (method: string, call: ServerCall, subject?: () => Subject): OpenCall =>
      open(call, { method, mutation: false, timed: false, subject }),
  };
}

/** What is known of a call at its beginning; the functions are called only if something is told. */
interface About {
  method: string;
  mutation: boolean;
  timed: boolean;
  subject?: () => Subject | undefined;
  secrets?: () => readonly (string | undefined)[] | undefined;
}

function limited<T>(metrics: Metrics, take: () => T): T {
  try {
    return take();
  } catch (error) {
    metrics.rateLimited.inc();
    throw error;
  }
}

function requestId(metadata: Metadata): string {
  const [given] = metadata.get("x-request-id");
  return given === undefined ? randomUUID() : given.toString().slice(0, 128);
}

// grpc-js sends the message through encodeURI, which throws on half a surrogate pair.
const wellFormed = <T extends { details: string }>(answer: T): T => ({
  ...answer,
  details: answer.details.replace(/\p{Surrogate}/gu, "\ufffd"),
});

const spanOptions = (metadata: Metadata, { method, subject }: About): SpanOptions => ({
  kind: "server",
  parent: metadata.get("traceparent")[0]?.toString(),
  attributes: { "rpc.system": "grpc", "rpc.method": method, "remuda.uid": clipped(subject?.()).uid },
});

/** What stands in a request may be of any length: a line of the log may not. */
const clipped = (subject: Subject | undefined): Subject => ({ uid: subject?.uid?.slice(0, 64), id: subject?.id?.slice(0, 256) });

/** The stacks of an error and its causes. Not their other properties: an HTTP client's error holds the whole request. */
function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}

const without = (secrets: readonly (string | undefined)[], text: string): string =>
  secrets.reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, "[redacted]") : rest), text);
