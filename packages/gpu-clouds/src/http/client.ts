import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosResponse, isAxiosError } from "axios";
import type { z } from "zod";
import type { Clock } from "../clock";
import { CloudError } from "../error";
import type { RateRule } from "../rate-limit";
import { createRedaction } from "../redact";
import { createResilience } from "../resilience";
import { type ErrorDialect, refusalIn } from "./dialect";
import { retryAfterMs } from "./retry-after";

export interface HttpOptions {
  /** The cloud's name, for messages. */
  cloud: string;
  baseUrl: string;
  /** Asked before every call: tokens expire. */
  headers: (signal: AbortSignal) => Record<string, string> | Promise<Record<string, string>>;
  secrets: readonly string[];
  rates: readonly RateRule[];
  errors: ErrorDialect;
  clock: Clock;
  timeoutMs?: number | undefined;
}

export interface HttpCall {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON, a text as plain text. */
  body?: unknown;
  /** Which rate it counts for. */
  endpoint?: string;
  /** The same call again does no harm; GET, PUT and DELETE are so unless told. */
  repeatable?: boolean;
}

export interface Http {
  /** Fails with CloudError. An answer without content is undefined. */
  call<T>(call: HttpCall, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  close(): void;
}

const defaultTimeoutMs = 30_000;
const maxAnswerBytes = 64 << 20;

/** One API: its rates, its errors, retries where they are safe, and a breaker. */
export function createHttp({ cloud, baseUrl, headers, secrets, rates, errors, clock, timeoutMs = defaultTimeoutMs }: HttpOptions): Http {
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const redact = createRedaction(secrets);
  const guarded = createResilience(cloud, rates, clock);
  const repeatable = ({ method, repeatable: told }: HttpCall) => told ?? (method === "GET" || method === "PUT" || method === "DELETE");

  /** One request; whatever answers is an answer. */
  async function send(call: HttpCall, signal: AbortSignal): Promise<AxiosResponse<string>> {
    const patience = AbortSignal.timeout(timeoutMs);
    const text = typeof call.body === "string";
    try {
      return await axios.request<string>({
        ...agents,
        baseURL: baseUrl,
        url: call.path,
        method: call.method,
        params: call.query,
        data: call.body === undefined || text ? call.body : JSON.stringify(call.body),
        headers: {
          ...(await headers(signal)),
          ...(call.body === undefined ? {} : { "content-type": text ? "text/plain" : "application/json" }),
          accept: "application/json",
        },
        signal: AbortSignal.any([signal, patience]),
        responseType: "text",
        transformResponse: (body) => body,
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: maxAnswerBytes,
        proxy: false,
      });
    } catch (error) {
      if (error instanceof CloudError) throw error;
      throw broken(call, error, patience.aborted, signal.aborted);
    }
  }

  /** Why no answer came. What axios throws holds the headers, with their secrets: it is not kept. */
  function broken({ method, path }: HttpCall, error: unknown, late: boolean, given: boolean): CloudError {
    const code = isAxiosError(error) ? error.code : undefined;
    const what = `${cloud}: ${method} ${redact(path)}`;
    const mayHaveHappened = method !== "GET" && !["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(code ?? "");
    if (given) return new CloudError("INTERRUPTED", `${what} was given up`, { mayHaveHappened });
    if (late) return new CloudError("TIMEOUT", `${what} got no answer within ${timeoutMs / 1000} s`, { mayHaveHappened });
    const told = error instanceof Error ? redact(error.message) : "no answer";
    return new CloudError("UNAVAILABLE", `${what}: ${told}`, { code, mayHaveHappened });
  }

  async function attempt<T>(call: HttpCall, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = await send(call, signal);
    const mayHaveHappened = call.method !== "GET" && (answer.status < 400 || answer.status >= 500);
    const what = `${cloud}: ${call.method} ${redact(call.path)}`;
    const parsed = parse(answer.data);
    const refusal = refusalIn({ status: answer.status, body: parsed.ok ? parsed.body : undefined, text: answer.data }, errors);
    if (refusal) {
      const waitMs = retryAfterMs(answer.headers, clock) ?? errors.waitMs?.(refusal.message);
      throw new CloudError(refusal.reason, `${cloud}: ${redact(refusal.message)}`, {
        code: refusal.code,
        status: refusal.status,
        retryAfterMs: waitMs,
        mayHaveHappened: mayHaveHappened && refusal.status >= 500,
        instanceId: refusal.instanceId,
      });
    }
    if (!parsed.ok) throw new CloudError("UNAVAILABLE", `${what}: the answer is not whole`, { status: answer.status, mayHaveHappened });
    const read = schema.safeParse(parsed.body);
    if (read.success) return read.data;
    const wrong = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).slice(0, 5);
    throw new CloudError("INTERNAL", `${what} answered what is not known: ${wrong.join("; ")}`, { status: answer.status, mayHaveHappened });
  }

  return {
    call(call, schema, signal) {
      const endpoint = call.endpoint ?? `${call.method} ${call.path}`;
      return guarded({ endpoint, repeatable: repeatable(call) }, () => attempt(call, schema, signal), signal);
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function parse(text: string): { ok: true; body: unknown } | { ok: false } {
  if (text === "") return { ok: true, body: undefined };
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}
