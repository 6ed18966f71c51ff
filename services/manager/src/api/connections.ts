import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2Session } from "node:http2";
import type { Socket } from "node:net";

export interface ConnectionLimits {
  /** Connections at once. One more, and the oldest that only waits for its client is ended. */
  maxConnections: number;
  /** From the connection to its first request. */
  firstRequestMs: number;
  /** Between two requests. */
  idleMs: number;
  /** From a request's headers to the end of its body. */
  bodyMs: number;
}

/** Every connection of a listener, so that no client can hold places that it doesn't use. */
export interface Connections {
  add(socket: Socket): void;
  /** The connection speaks HTTP/2. */
  onSession(session: Http2Session): void;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Those without a request end now, the others after it. */
  drain(): void;
  destroy(): void;
}

interface Connection {
  socket: Socket;
  session?: Http2Session;
  requests: Set<IncomingMessage>;
  timer?: NodeJS.Timeout;
}

export function createConnections({ maxConnections, firstRequestMs, idleMs, bodyMs }: ConnectionLimits): Connections {
  // By the peer's address and port: what a TLS socket, an HTTP/2 session and a request have in common with the TCP connection under them.
  const connections = new Map<string, Connection>();

  const expire = (connection: Connection, ms: number) => {
    clearTimeout(connection.timer);
    connection.timer = setTimeout(() => {
      if (connection.session) connection.session.close();
      else connection.socket.destroy();
    }, ms).unref();
  };
  const endOldest = () => {
    for (const { socket, requests } of connections.values()) {
      if ([...requests].some(isReceived)) continue;
      socket.destroy();
      return;
    }
  };

  return {
    add(socket) {
      const peer = peerOf(socket);
      if (peer === undefined) return;
      if (connections.size >= maxConnections) endOldest();
      const connection: Connection = { socket, requests: new Set() };
      connections.set(peer, connection);
      expire(connection, firstRequestMs);
      socket.once("close", () => {
        clearTimeout(connection.timer);
        if (connections.get(peer) === connection) connections.delete(peer);
      });
    },
    onSession(session) {
      const connection = connections.get(peerOf(session.socket) ?? "");
      if (connection) connection.session = session;
    },
    onRequest(request, response) {
      const connection = connections.get(peerOf(request.socket) ?? "");
      if (!connection) return;
      clearTimeout(connection.timer);
      connection.requests.add(request);
      const bodyTimer = setTimeout(() => {
        if (!isReceived(request)) abort(request);
      }, bodyMs).unref();
      response.once("close", () => {
        clearTimeout(bodyTimer);
        connection.requests.delete(request);
        if (connection.requests.size === 0 && !connection.socket.destroyed) expire(connection, idleMs);
      });
    },
    drain() {
      for (const { socket, session, requests } of connections.values()) {
        // A session ends by itself when its streams have ended.
        if (session) session.close();
        else if (requests.size === 0) socket.end();
      }
    },
    destroy() {
      for (const { socket } of connections.values()) socket.destroy();
    },
  };
}

const peerOf = ({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string | undefined =>
  remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;

// What the compatibility layer calls a request has its HTTP/2 stream.
const streamOf = (request: IncomingMessage) => (request as Partial<Pick<Http2ServerRequest, "stream">>).stream;

/** The request has come whole: it is the server's turn. */
const isReceived = (request: IncomingMessage): boolean => {
  const stream = streamOf(request);
  return request.complete || stream?.endAfterHeaders === true || stream?.readableEnded === true;
};

const abort = (request: IncomingMessage): void => {
  const stream = streamOf(request);
  if (stream) stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroy();
};
