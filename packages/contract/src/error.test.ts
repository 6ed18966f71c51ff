import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { maxDelayMs } from "./duration";
import { fromServiceError, fromStatus, ProviderError, toServiceStatus, toStatus } from "./error";
import { ErrorInfo, RetryInfo } from "./gen/grpc/google/rpc/error_details";
import { Status } from "./gen/grpc/google/rpc/status";
import { type Reason, reasonFromCode, reasons } from "./reason";

/** As a client sees what a server sent. */
function overTheWire(error: ProviderError): ProviderError {
  const { code, details, metadata } = toServiceStatus(error);
  return fromServiceError(Object.assign(new Error(`${code} ${details}`), { code, details, metadata }) as ServiceError);
}

describe("errors over the wire", () => {
  test.each(Object.keys(reasons) as Reason[])("%s arrives as itself, with message, wait, fields and facts", (reason) => {
    const sent = new ProviderError(reason, "what and where", {
      retryAfterMs: 1500,
      violations: [{ field: "spec.disks[0].size_gib", description: "1 or more, not 0" }],
      metadata: { host: "h1" },
    });
    const got = overTheWire(sent);
    expect(got).toMatchObject({
      reason,
      message: "what and where",
      retryAfterMs: 1500,
      violations: sent.violations,
      metadata: { host: "h1" },
      retryable: reasons[reason].retryable,
    });
  });

  test("a huge message still fits into a header block", () => {
    const violations = Array.from({ length: 500 }, (_, i) => ({ field: `spec.disks[${i}]`, description: "x".repeat(1000) }));
    const { details, metadata } = toServiceStatus(new ProviderError("INVALID_SPEC", "y".repeat(1 << 20), { violations }));
    const [bytes] = metadata.get("grpc-status-details-bin");
    expect(details.length + Math.ceil(((bytes as Buffer).length * 4) / 3)).toBeLessThan(12_000);
  });

  test("a message is never cut within a character", () => {
    const { details } = toServiceStatus(new ProviderError("INTERNAL", `${"x".repeat(1022)}😀😀`));
    expect(() => encodeURI(details)).not.toThrow();
    expect(() => encodeURI(toServiceStatus(new ProviderError("INTERNAL", "half \ud83d")).details)).not.toThrow();
  });

  test("a status without our details becomes the reason nearest to its code", () => {
    const bare = Object.assign(new Error("14 UNAVAILABLE: no"), {
      code: status.UNAVAILABLE,
      details: "no",
      metadata: new Metadata(),
    }) as ServiceError;
    expect(fromServiceError(bare)).toMatchObject({ reason: "UNAVAILABLE", message: "no", retryAfterMs: undefined });
    expect(reasonFromCode(999)).toBe("INTERNAL");
    expect(fromStatus({ code: status.FAILED_PRECONDITION, message: "locked", details: [] })).toMatchObject({
      reason: "CONFLICT",
      retryable: true,
    });
  });

  test.each([
    [
      "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:7710. Resolution note: ",
      "connect ECONNREFUSED 127.0.0.1:7710",
    ],
    ["No connection established. Last error: null. Resolution note: no such name", "no such name"],
    ["", "no"],
  ])("of what grpc-js says (%s) only what tells people something is kept, and once", (details, kept) => {
    const bare = Object.assign(new Error(`14 UNAVAILABLE: ${details || "no"}`), {
      code: status.UNAVAILABLE,
      details,
      metadata: new Metadata(),
    });
    const { message, cause, stack } = fromServiceError(bare);
    expect(message).toBe(kept);
    expect(cause).toMatchObject({ code: status.UNAVAILABLE });
    expect(cause).not.toHaveProperty("message");
    expect(stack).toMatch(/^ProviderError: .*\n {4}at .*error\.test\.ts/);
    expect(stack).not.toContain("14 UNAVAILABLE");
  });

  test("a reason of another domain is not ours: the code alone says what it means", () => {
    const detail = (domain: string, reason: string) => ({
      typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
      value: Buffer.from(ErrorInfo.encode({ reason, domain, metadata: { domain } }).finish()),
    });
    const from = (domain: string, reason: string) =>
      fromStatus({ code: status.UNAVAILABLE, message: "no route", details: [detail(domain, reason)] });
    expect(from("proxy.example", "NOT_FOUND").reason).toBe("UNAVAILABLE");
    expect(from("proxy.example", "NOT_FOUND").metadata).toEqual({});
    expect(from("", "NOT_FOUND").reason).toBe("UNAVAILABLE");
    expect(from("remuda.dev", "NO_SUCH_REASON")).toMatchObject({ reason: "UNAVAILABLE", metadata: { domain: "remuda.dev" } });
    expect(from("remuda.dev", "NOT_FOUND").reason).toBe("NOT_FOUND");
  });

  test("a detail that doesn't parse leaves the code, the message and the other details", () => {
    const wire = toStatus(new ProviderError("QUOTA_EXCEEDED", "40 of 40 cores", { metadata: { quota: "cores" } }));
    const garbled = { typeUrl: "type.googleapis.com/google.rpc.BadRequest", value: Buffer.from([0xff, 0xff, 0xff]) };
    expect(fromStatus({ ...wire, details: [garbled, ...wire.details] })).toMatchObject({
      reason: "QUOTA_EXCEEDED",
      message: "40 of 40 cores",
      metadata: { quota: "cores" },
    });
    // 2^63 - 1 seconds are more than a number can tell apart.
    const tooLong = { typeUrl: "type.googleapis.com/google.rpc.RetryInfo", value: Buffer.from("0a0a08ffffffffffffffff7f", "hex") };
    expect(fromStatus({ ...wire, details: [tooLong] })).toMatchObject({ message: "40 of 40 cores", retryAfterMs: undefined });
  });

  test.each([
    [{ seconds: 1e9, nanos: 0 }, maxDelayMs],
    [{ seconds: 0, nanos: 0 }, 0],
    [{ seconds: -3, nanos: 0 }, undefined],
    [{ seconds: 2, nanos: 5e8 }, 2500],
  ])("of a wait %j that the other side asks for, %s ms are kept", (retryDelay, kept) => {
    const value = Buffer.from(RetryInfo.encode({ retryDelay }).finish());
    const { retryAfterMs } = fromStatus({ code: 14, message: "", details: [{ typeUrl: "x/google.rpc.RetryInfo", value }] });
    expect(retryAfterMs).toBe(kept);
  });

  test("a wait that is no number is none", () => {
    expect(new ProviderError("UNAVAILABLE", "away", { retryAfterMs: Number.NaN }).retryAfterMs).toBeUndefined();
  });

  test("the message is the one of the call, also where the details have none", () => {
    const metadata = new Metadata();
    const details = [...toStatus(new ProviderError("NO_CAPACITY", "")).details];
    metadata.set("grpc-status-details-bin", Buffer.from(Status.encode({ code: status.RESOURCE_EXHAUSTED, message: "", details }).finish()));
    const sent = Object.assign(new Error("x"), { code: status.RESOURCE_EXHAUSTED, details: "no host fits", metadata }) as ServiceError;
    expect(fromServiceError(sent)).toMatchObject({ reason: "NO_CAPACITY", message: "no host fits" });
  });

  test("a message is read as one line of text that a status can hold", () => {
    const { message } = fromStatus({ code: status.INTERNAL, message: `\u001b[2J\u0007bad\r\nline${"z".repeat(300_000)}`, details: [] });
    expect(message).toMatch(/^ \[2J bad linez+…$/);
    expect(message.length).toBeLessThanOrEqual(1024);
    const bare = Object.assign(new Error("x"), { code: status.INTERNAL, details: "a\u001bb", metadata: new Metadata() }) as ServiceError;
    expect(fromServiceError(bare).message).toBe("a b");
  });

  test("details that are not a Status don't hide the code", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from([0xff, 0xff, 0xff]));
    const garbled = Object.assign(new Error("x"), { code: status.NOT_FOUND, details: "gone", metadata }) as ServiceError;
    expect(fromServiceError(garbled)).toMatchObject({ reason: "NOT_FOUND", message: "gone" });
  });
});
