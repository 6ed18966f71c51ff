export interface TraceContext {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

const form = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a W3C traceparent; undefined for what is none. Of a later version only what this one knows is read. */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  const match = text === undefined || text.length > 256 ? undefined : form.exec(text);
  const [, version, traceId, spanId, flags, rest] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "00" && rest !== undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}

export const writeTraceparent = ({ traceId, spanId, traceFlags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 1).toString().padStart(2, "0")}`;
