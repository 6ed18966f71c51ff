import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../clock";
import { createFaults, type Fault, type Faults } from "./faults";

export interface DoubleRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  text: string;
  headers: IncomingMessage["headers"];
  /** What the path's pattern caught. */
  params: readonly string[];
}

export interface DoubleAnswer {
  status: number;
  /** Sent as JSON; a text as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** "POST /instances/([^/]+)/start": a method and a pattern for the whole path. */
type Routes = Readonly<Record<string, (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer>>>;

export interface DoubleOptions {
  clock: Clock;
  routes: Routes;
  /** Refuses what comes without the right key, or too fast. */
  guard?: (request: DoubleRequest) => DoubleAnswer | undefined;
  notFound: DoubleAnswer;
  /** What stands for the path, where an API has one path for everything. */
  nameOf?: (request: DoubleRequest) => string;
}

/** A cloud's API on a port of this machine. */
export interface Double {
  url: string;
  faults: Faults;
  /** What came in, oldest first, with the moment by the double's clock. */
  requests: { method: string; path: string; at: number }[];
  close(): Promise<void>;
}

export async function serveDouble({ clock, routes, guard, notFound, nameOf = ({ path }) => path }: DoubleOptions): Promise<Double> {
  const faults = createFaults();
  const requests: Double["requests"] = [];
  const table = Object.entries(routes).map(([route, handle]) => {
    const at = route.indexOf(" ");
    return { method: route.slice(0, at), pattern: new RegExp(`^${route.slice(at + 1)}$`), handle };
  });

  function handle(request: DoubleRequest): DoubleAnswer | Promise<DoubleAnswer> {
    const refused = guard?.(request);
    if (refused) return refused;
    for (const { method, pattern, handle: work } of table) {
      const found = method === request.method ? pattern.exec(request.path) : null;
      if (found) return work({ ...request, params: found.slice(1).map(decodeURIComponent) });
    }
    return notFound;
  }

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer); // Without an encoding a request's chunks are Buffers.
    const url = new URL(incoming.url ?? "/", "http://double");
    const text = Buffer.concat(chunks).toString();
    const method = incoming.method ?? "GET";
    const sent = { method, path: url.pathname, query: url.searchParams, text, body: parse(text), headers: incoming.headers, params: [] };
    const request = { ...sent, path: nameOf(sent) };
    requests.push({ method, path: request.path, at: clock.now() });
    const fault = faults.take(method, request.path);
    if (fault?.when === "before") return fail(response, fault, undefined);
    const answer = await handle(request);
    if (fault) return fail(response, fault, answer);
    write(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is one.
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function write(response: ServerResponse, { status, body, headers }: DoubleAnswer): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": typeof body === "string" ? "text/plain" : "application/json", ...headers }).end(text);
}

function fail(response: ServerResponse, { answer }: Fault, real: DoubleAnswer | undefined): void {
  if (answer === "hang") return;
  if (answer === "cut") {
    response.destroy();
    return;
  }
  if (answer !== "half") {
    write(response, answer);
    return;
  }
  const text = typeof real?.body === "string" ? real.body : JSON.stringify(real?.body ?? { data: [] });
  response.writeHead(real?.status ?? 200, { "content-type": "application/json" });
  response.end(text.slice(0, Math.ceil(text.length / 2)));
}
