import type { Logger } from "./log";

export interface SpanOptions {
  /** server: it answers a call; client: it waits for one. */
  kind?: "internal" | "server" | "client";
  /** Its parent, as a W3C traceparent; undefined or unreadable: it begins a trace of its own. "active": the span that runs it, if any. */
  parent?: "active" | (string & {});
  /** No secrets, no data of users: whoever reads traces may see less than whoever reads resources. */
  attributes?: Attributes;
}

type Attributes = Record<string, string | number | boolean | undefined>;

export interface Span {
  /** What a callee is told, so that its spans become children of this one. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** With a reason: it failed. */
  end(reason?: string): void;
}

/** Where spans go. Absent (undefined) where nobody asked for traces. */
export interface Tracing {
  begin(name: string, options?: SpanOptions): Span;
  /** Runs it with the span as the active one. */
  under<T>(span: Span, run: () => T): T;
  /** Sends what is left, in bounded time, and ends. Never rejects. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Where an OTLP/HTTP collector listens, such as http://127.0.0.1:4318; spans go to /v1/traces below it. Undefined: no traces. */
  endpoint: string | undefined;
  /** Such as "remuda-manager". */
  service: string;
  version: string;
  log: Logger;
}

/** Only here is the SDK loaded: without an endpoint it costs nothing. */
export async function startTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const { endpoint } = options;
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import("./sdk");
  return createTracing({ ...options, endpoint });
}
