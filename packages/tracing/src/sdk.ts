import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, type Span as OtelSpan, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { Logger } from "./log";
import { readTraceparent, writeTraceparent } from "./traceparent";
import type { Span, SpanOptions, Tracing, TracingOptions } from "./tracing";

const flushWithinMs = 2_000;
const exportWithinMs = 5_000;
const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/** Spans that are sent in batches over OTLP/HTTP. Nothing global is set, so that several may be in one process. */
export function createTracing({ endpoint, service, version, log }: TracingOptions & { endpoint: string }): Tracing {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = quietly(new OTLPTraceExporter({ url, timeoutMillis: exportWithinMs }), endpoint, log);
  const provider = new NodeTracerProvider({
    // What the environment says (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) goes first.
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": service, "service.version": version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("remuda", version);
  const active = new AsyncLocalStorage<string>();

  const contextOf = (parent: SpanOptions["parent"]): Context => {
    const context = readTraceparent(parent === "active" ? active.getStore() : parent);
    return context ? trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: parent !== "active" }) : ROOT_CONTEXT;
  };

  return {
    begin(name, { kind = "internal", parent, attributes } = {}) {
      return spanOf(tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent)));
    },
    under: (span, run) => active.run(span.traceparent, run),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const bound = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, flushWithinMs);
      });
      // What can't be sent was told by the exporter.
      await Promise.race([provider.shutdown().catch(() => {}), bound]);
      clearTimeout(timer);
    },
  };
}

function spanOf(span: OtelSpan): Span {
  return {
    traceparent: writeTraceparent(span.spanContext()),
    set: (attributes) => void span.setAttributes(attributes),
    end(reason) {
      if (reason !== undefined) span.setAttribute("error.type", reason).setStatus({ code: SpanStatusCode.ERROR, message: reason });
      span.end();
    },
  };
}

/** A collector that is away is told once, and is nobody else's trouble. */
function quietly(exporter: SpanExporter, endpoint: string, log: Logger): SpanExporter {
  let told = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && !told) {
          told = true;
          log.warn({ endpoint: shown(endpoint), problem: result.error.message }, "traces can't be sent; this is told once");
        }
        done({ code: 0 });
      }),
    shutdown: () => exporter.shutdown(),
  };
}

/** Without a user and password that may stand in it. */
const shown = (endpoint: string): string => (URL.canParse(endpoint) ? new URL(endpoint).origin : "");
