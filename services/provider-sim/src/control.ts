import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { asProviderError, invalidSpec, ProviderError, type Reason } from "@remuda/contract";
import { z } from "zod";
import { faultsSchema } from "./faults";
import type { Simulator } from "./simulator";

const changeSchema = z.strictObject({
  name: z.string().min(1).optional(),
  cpus: z.int().min(1).optional(),
  memoryMib: z.int().min(1).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  removeDisks: z.array(z.string()).optional(),
  removeInterfaces: z.array(z.string()).optional(),
});
const foreignSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 of [a-z0-9-]"),
  cpus: z.int().min(1).optional(),
  memoryMib: z.int().min(1).optional(),
});
const forgetSchema = z.strictObject({ ref: z.string().optional() });

const httpStatuses: Partial<Record<Reason, number>> = {
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  INVALID_SPEC: 400,
  NO_CAPACITY: 507,
};
const mostBodyBytes = 1 << 20;

interface Route {
  method: "GET" | "POST" | "PUT";
  /** One group: the machine's id. */
  path: RegExp;
  answer(body: unknown, id: string): unknown;
}

export interface ControlServer {
  /** "127.0.0.1:4711". */
  address: string;
  close(): Promise<void>;
}

/** The platform's back door, for tests and for people: faults and incidents at run time. Without authentication; loopback only. */
export async function serveControl(simulator: Simulator, listen: { host: string; port: number }): Promise<ControlServer> {
  const routes = controlRoutes(simulator);
  const server = createServer((request, response) => {
    handle(routes, simulator, request).then(
      (answer) => send(response, 200, answer),
      (error: unknown) => {
        const { reason, message, violations } = asProviderError(error);
        send(response, httpStatuses[reason] ?? 500, { reason, message, violations });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the control endpoint listens on no port");
  return {
    address: `${address.address}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function controlRoutes(simulator: Simulator): Route[] {
  const { incidents, faults } = simulator;
  const incident = (name: string, happen: (id: string, body: unknown) => void): Route => ({
    method: "POST",
    path: new RegExp(`^/machines/([^/]+)/${name}$`),
    answer(body, id) {
      happen(id, body);
      return {};
    },
  });
  return [
    { method: "GET", path: /^\/state$/, answer: () => simulator.state() },
    { method: "GET", path: /^\/events$/, answer: () => simulator.events() },
    { method: "GET", path: /^\/faults$/, answer: () => faults.current() },
    {
      method: "PUT",
      path: /^\/faults$/,
      answer(body) {
        faults.replace(parse(faultsSchema, body));
        return faults.current();
      },
    },
    incident("vanish", (id) => incidents.vanish(id)),
    incident("reappear", (id) => incidents.reappear(id)),
    incident("stop", (id) => incidents.stop(id)),
    incident("start", (id) => incidents.start(id)),
    incident("change", (id, body) => incidents.change(id, parse(changeSchema, body))),
    {
      method: "POST",
      path: /^\/machines$/,
      answer: async (body) => ({ id: await simulator.addForeignMachine(parse(foreignSchema, body)) }),
    },
    { method: "POST", path: /^\/tasks\/forget$/, answer: (body) => ({ forgotten: simulator.forgetTasks(parse(forgetSchema, body).ref) }) },
  ];
}

async function handle(routes: readonly Route[], simulator: Simulator, request: IncomingMessage): Promise<unknown> {
  const path = (request.url ?? "/").replace(/[?#].*$/, "");
  // A browser's page can send such a request to loopback too, but neither with this method and type nor without an Origin.
  if (request.headers.origin !== undefined) throw invalidSpec([{ field: "Origin", description: "browsers are not served" }]);
  for (const route of routes) {
    const match = route.path.exec(path);
    if (!match || route.method !== request.method) continue;
    const answer = await route.answer(await readJson(request), decoded(match[1] ?? ""));
    await simulator.settled();
    return answer;
  }
  const known = routes.map(({ method, path: { source } }) => `${method} ${source.replace(/[\\^$]/g, "").replace("([/]+)", "{id}")}`);
  throw invalidSpec([{ field: `${request.method} ${path}`, description: `not known; there is ${known.join(", ")}` }]);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new ProviderError("INVALID_SPEC", `the path has ${segment}, which is no valid percent-encoding`, { cause });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = part as Buffer; // A request without an encoding gives buffers.
    size += bytes.length;
    if (size > mostBodyBytes) throw invalidSpec([{ field: "body", description: `at most ${mostBodyBytes} bytes` }]);
    parts.push(bytes);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch (cause) {
    throw invalidSpec([{ field: "body", description: `not JSON: ${cause instanceof Error ? cause.message : ""}` }]);
  }
}

/** INVALID_SPEC with the path of each wrong field. */
function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidSpec(result.error.issues.map(({ path, message }) => ({ field: path.join(".") || "body", description: message })));
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(answer, undefined, 2)}\n`);
}
