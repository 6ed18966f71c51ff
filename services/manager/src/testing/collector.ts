import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it came over the wire. */
export interface ReceivedSpan {
  service: string;
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  failed: boolean;
  attributes: Record<string, string | number | boolean>;
}

/** An OTLP/HTTP collector that keeps what it is sent. */
export async function startCollector() {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(`${request.url}\n${body}`);
      spans.push(...spansOf(JSON.parse(body)));
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Pair {
  key: string;
  value: { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean };
}
interface Sent {
  resourceSpans: {
    resource: { attributes: Pair[] };
    scopeSpans: {
      spans: (Omit<ReceivedSpan, "service" | "attributes" | "failed"> & { attributes: Pair[]; status: { code?: number } })[];
    }[];
  }[];
}

const flat = (pairs: Pair[]): ReceivedSpan["attributes"] =>
  Object.fromEntries(pairs.map(({ key, value: v }) => [key, v.stringValue ?? v.intValue ?? v.doubleValue ?? v.boolValue ?? ""]));

const spansOf = ({ resourceSpans }: Sent): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes, status, ...span }) => ({
        ...span,
        service: String(flat(resource.attributes)["service.name"]),
        failed: status.code === 2,
        attributes: flat(attributes),
      })),
    ),
  );
