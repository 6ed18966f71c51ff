import { Agent as HttpAgent } from "node:http";
import type { Readable } from "node:stream";
import axios, { AxiosError, type AxiosInstance, type AxiosRequestConfig } from "axios";
import { VsphereError } from "./error";
import { type Trust, trustingAgent } from "./tls";

interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** A path at the server, or another server's whole URL. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Readable;
  timeoutMs: number;
}

export interface Response {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

interface StreamedResponse {
  status: number;
  headers: Response["headers"];
  body: Readable;
}

export interface Transport {
  send(request: Request, signal: AbortSignal): Promise<Response>;
  /** The body as it comes. */
  open(request: Request, signal: AbortSignal): Promise<StreamedResponse>;
  /** The same bounds and proxies, another server with its own trust. */
  to(trust: Trust): Transport;
  close(): void;
}

export interface TransportOptions {
  /** "https://host[:port]". */
  origin: string;
  trust: Trust;
  maxSockets: number;
  /** Of an answer that is read whole. */
  maxResponseBytes: number;
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** HTTP underneath everything. Nothing is followed, retried or trusted that was not asked for. */
export function createTransport({ origin, trust, maxSockets, maxResponseBytes }: TransportOptions): Transport {
  const base = new URL(origin);
  if (base.protocol === "http:" && !loopback.has(base.hostname)) {
    throw new VsphereError("INVALID", `${origin}: a password is not sent in plaintext over a network; use https`);
  }
  const httpsAgent = trustingAgent(trust, maxSockets);
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets, scheduling: "lifo" });
  const http: AxiosInstance = axios.create({
    baseURL: base.origin,
    httpAgent,
    httpsAgent,
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    validateStatus: () => true,
    transformResponse: (data: unknown) => data,
    transformRequest: (data: unknown) => data,
    proxy: false,
    decompress: true,
  });

  async function request(config: AxiosRequestConfig, { method, url, headers, body, timeoutMs }: Request, signal: AbortSignal) {
    signal.throwIfAborted();
    try {
      return await http.request({ ...config, method, url, headers: { ...headers }, data: body, timeout: timeoutMs, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw asVsphereError(error, new URL(url, base).host);
    }
  }

  return {
    async send(wanted, signal) {
      const { status, headers, data } = await request({ responseType: "text" }, wanted, signal);
      return { status, headers: { ...headers } as Response["headers"], text: typeof data === "string" ? data : "" };
    },
    async open(wanted, signal) {
      const { status, headers, data } = await request({ responseType: "stream", maxContentLength: -1 }, wanted, signal);
      return { status, headers: { ...headers } as Response["headers"], body: data as Readable }; // What axios answers for a stream.
    },
    to: (other) => createTransport({ origin, trust: other, maxSockets, maxResponseBytes }),
    close() {
      httpsAgent.destroy();
      httpAgent.destroy();
    },
  };
}

const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function asVsphereError(error: unknown, host: string): VsphereError {
  if (error instanceof VsphereError) return error;
  if (error instanceof AxiosError) {
    if (error.cause instanceof VsphereError) return error.cause;
    const code = error.code ?? "";
    if (untrusted.has(code)) return new VsphereError("UNTRUSTED", `${host}: its certificate is not trusted (${code})`, { cause: error });
    if (code === AxiosError.ECONNABORTED || code === AxiosError.ETIMEDOUT)
      return new VsphereError("TIMEOUT", `${host}: no answer in time`, { cause: error });
    if (code === AxiosError.ERR_BAD_RESPONSE) return new VsphereError("PROTOCOL", `${host}: ${error.message}`, { cause: error });
    return new VsphereError("UNREACHABLE", `${host}: ${code || error.message}`, { cause: error });
  }
  return new VsphereError("UNREACHABLE", `${host}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
