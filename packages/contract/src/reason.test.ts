import { readFileSync } from "node:fs";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { reasons } from "./reason";

const proto = readFileSync(join(import.meta.dirname, "../../../proto/remuda/provider/v1/provider.proto"), "utf8");

test("the reasons in provider.proto are the table's, with their codes and whether a retry helps", () => {
  const [, comment = ""] = /Reasons, with their gRPC code[^\n]*\n((?:\/\/ {3}.*\n)+)/.exec(proto) ?? [];
  const written = comment
    .replaceAll("//", "")
    .split("·")
    .map((entry) => entry.trim().split(/\s+/).join(" "));
  const table = Object.entries(reasons).map(([reason, { code, retryable }]) => `${reason} ${status[code]} ${retryable ? "yes" : "no"}`);
  expect(written).toEqual(table);
});

test("what waiting, paying or other credentials can mend may be retried; what only another request can mend may not", () => {
  const permanent = Object.entries(reasons).filter(([, { retryable }]) => !retryable);
  expect(permanent.map(([reason]) => reason).sort()).toEqual(["ALREADY_EXISTS", "FORBIDDEN", "INVALID_SPEC", "NOT_FOUND", "UNSUPPORTED"]);
});
