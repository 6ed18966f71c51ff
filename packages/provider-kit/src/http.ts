import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { listenProblem, splitListen } from "./address";

export interface HttpOptions {
  /** "host:port". */
  listen: string;
  registry: Registry;
  ready: () => boolean;
}

/** /metrics, /healthz and /readyz for probes and Prometheus; nothing here needs to be kept from a reader. */
export async function serveHttp({ listen, registry, ready }: HttpOptions) {
  const server = createServer(async (request, response) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405).end();
    if (path === "/healthz") return response.end("ok\n");
    if (path === "/readyz")
      return response.writeHead(ready() ? 200 : 503).end(ready() ? "ready\n" : "not ready: Validate has not passed lately\n");
    if (path !== "/metrics") return response.writeHead(404).end();
    response.setHeader("content-type", registry.contentType);
    response.end(await registry.metrics());
  });
  const { host, port } = splitListen(listen);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenProblem(listen, error.code ?? "", error)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
