import { createServer } from "node:http";
import type { Registry } from "prom-client";

export interface HttpOptions {
  host: string;
  port: number;
  registry: Registry;
  /** Why it isn't ready; undefined: it is. */
  notReady(): string | undefined;
}

/** /metrics for Prometheus, /healthz (it lives) and /readyz (the store has been taken up, and can be written). */
export async function serveHttp({ host, port, registry, notReady }: HttpOptions): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    const answer = (code: number, text: string) => response.writeHead(code, { "content-type": "text/plain" }).end(`${text}\n`);
    switch (request.url?.split("?")[0]) {
      case "/metrics":
        registry.metrics().then(
          (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
          (error: unknown) => answer(500, String(error)),
        );
        return;
      case "/healthz":
        answer(200, "ok");
        return;
      case "/readyz": {
        const why = notReady();
        answer(why === undefined ? 200 : 503, why ?? "ok");
        return;
      }
      default:
        answer(404, "there are /metrics, /healthz and /readyz");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
