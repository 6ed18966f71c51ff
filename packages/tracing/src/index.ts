export { readTraceparent } from "./traceparent";
export { type Span, type SpanOptions, startTracing, type Tracing, type TracingOptions } from "./tracing";
