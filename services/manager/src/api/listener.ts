import { createServer as createHttp1, type RequestListener } from "node:http";
import { createServer as createHttp2, createSecureServer, type Http2Session } from "node:http2";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";

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
}

// The first bytes of HTTP/2 without TLS; no HTTP/1 request begins so.
const preface = Buffer.from("PRI * HTTP/2");
const firstBytesMs = 10_000;
const drainMs = 1_000;

/** HTTP/1.1 and HTTP/2 on one port: for curl and browsers, and for gRPC. */
export async function listen({ host, port, handler, tls }: ListenerOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const sessions = new Set<Http2Session>();
  const busy = new Map<Socket, number>();
  const counted: RequestListener = (request, response) => {
    // An HTTP/2 session ends by itself when its streams have ended; an HTTP/1 connection has to be told.
    const { socket } = request;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left > 0) busy.set(socket, left);
      else busy.delete(socket);
    });
    handler(request, response);
  };
  const onSession = (session: Http2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  };
  const server = tls ? secureServer(handler, tls, onSession) : plainServer(counted, handler, onSession);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
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
        const force = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, drainMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        for (const session of sessions) session.close();
        for (const socket of sockets) if (!busy.has(socket)) socket.end();
      }),
  };
}

type OnSession = (session: Http2Session) => void;

const secureServer = (handler: RequestListener, tls: NonNullable<ListenerOptions["tls"]>, onSession: OnSession) =>
  // The compatibility layer gives HTTP/2 requests the shape of HTTP/1 ones.
  createSecureServer({ ...tls, allowHTTP1: true }, handler as unknown as SecureHandler).on("session", onSession);

type SecureHandler = Parameters<typeof createSecureServer>[1];

function plainServer(handler1: RequestListener, handler2: RequestListener, onSession: OnSession): Server {
  const http1 = createHttp1(handler1);
  const http2 = createHttp2(handler2 as unknown as Parameters<typeof createHttp2>[0]).on("session", onSession);
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
