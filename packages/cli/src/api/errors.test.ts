import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import type { Target } from "../connection";
import { CliError, exitStatuses } from "../exit-status";
import { translateError } from "./errors";

const target: Target = { url: "http://127.0.0.1:7420", address: "127.0.0.1:7420", token: undefined, ca: undefined };

test.each([
  [Code.InvalidArgument, 7],
  [Code.NotFound, 3],
  [Code.AlreadyExists, 4],
  [Code.Aborted, 4],
  [Code.FailedPrecondition, 4],
  [Code.ResourceExhausted, 1],
  [Code.Internal, 1],
  [Code.DeadlineExceeded, 6],
  [Code.Unavailable, 6],
  [Code.PermissionDenied, 8],
  [Code.Unauthenticated, 8],
])("a call that fails with gRPC code %s ends the command with status %s", (code, status) => {
  const error = translateError(new ConnectError("what went wrong", code), target);
  if (!(error instanceof CliError)) throw new Error("not translated");
  expect(exitStatuses[error.outcome].code).toBe(status);
});
