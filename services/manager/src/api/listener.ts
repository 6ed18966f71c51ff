import { createServer as createHttp1, type RequestListener } from "node:http";
import { createServer as createHttp2, createSecureServer, type Http2Session } from "node:http2";
import { createServer as createTcp, type Server } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { type ConnectionLimits, createConnections } from "./connections";

export interface Listener {
  /** As it was bound. */
  address: { host: string; port: number };
  /** Takes changed certificates; only with TLS. */
  setSecureContext?(context: SecureContextOptions): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  host: string;
  port: number;
  handler: RequestListener;
  tls?: SecureContextOptions & { requestCert?: boolean };
  limits?: Partial<ConnectionLimits>;
}

// The first bytes of HTTP/2 without TLS; no HTTP/1 request begins so.
const preface = Buffer.from("PRI * HTTP/2");
const firstBytesMs = 10_000;
const drainMs = 1_000;

const handshakeMs = 10_000;
const defaultLimits = { firstRequestMs: 60_000, idleMs: 300_000, bodyMs: 120_000 };
const mostConnections = 2_000;

/** HTTP/1.1 and HTTP/2 on one port: for curl and browsers, and for gRPC. */
export async function listen({ host, port, handler, tls, limits }: ListenerOptions): Promise<Listener> {
  // The store, the logs and the connections to providers take descriptors too.
  const maxConnections = Math.min(mostConnections, Math.floor(openFiles() / 2));
  const connections = createConnections({ maxConnections, ...defaultLimits, ...limits });
  const counted: RequestListener = (request, response) => {
    connections.onRequest(request, response);
    handler(request, response);
  };
  const server = tls ? secureServer(counted, tls, connections.onSession) : plainServer(counted, connections.onSession);
  // Before any bytes are taken, so that a request finds its connection.
  server.prependListener("connection", connections.add);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error(`no address after listening on ${host}:${port}`);
  return {
    address: { host, port: bound.port },
    ...("setSecureContext" in server && { setSecureContext: (context) => server.setSecureContext(context) }),
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(connections.destroy, drainMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        connections.drain();
      }),
  };
}

type OnSession = (session: Http2Session) => void;

const secureServer = (handler: RequestListener, tls: NonNullable<ListenerOptions["tls"]>, onSession: OnSession) =>
  // The compatibility layer gives HTTP/2 requests the shape of HTTP/1 ones.
  createSecureServer({ ...tls, allowHTTP1: true, handshakeTimeout: handshakeMs }, handler as unknown as SecureHandler).on(
    "session",
    onSession,
  );

type SecureHandler = Parameters<typeof createSecureServer>[1];

function plainServer(handler: RequestListener, onSession: OnSession): Server {
  const http1 = createHttp1(handler);
  const http2 = createHttp2(handler as unknown as Parameters<typeof createHttp2>[0]).on("session", onSession);
  return createTcp((socket) => {
    socket.setTimeout(firstBytesMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    const begin = (seen: Buffer) => {
      socket.once("data", (chunk) => {
        const bytes = Buffer.concat([seen, chunk]);
        const compared = Math.min(bytes.length, preface.length);
        const undecided = bytes.length < preface.length && bytes.subarray(0, compared).equals(preface.subarray(0, compared));
        if (undecided) return begin(bytes);
        socket.pause();
        socket.setTimeout(0);
        socket.removeAllListeners("timeout");
        socket.unshift(bytes);
        const chosen = bytes.subarray(0, compared).equals(preface) ? http2 : http1;
        chosen.emit("connection", socket);
        // HTTP/2 takes what was put back by itself; HTTP/1 waits for it to flow.
        if (chosen === http1) socket.resume();
      });
    };
    begin(Buffer.alloc(0));
  });
}

/** File descriptors that the process may have; the report is Node's only way to ask. */
function openFiles(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isFinite(soft) ? soft : Number.POSITIVE_INFINITY;
}
