import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Interceptor } from "@connectrpc/connect";
import type { Clock } from "@remuda/reconciler";
import type { Logger } from "pino";
import { apiError } from "./errors";

/** Says whether a token is the right one. */
export type TokenCheck = (token: string) => boolean;

const lookEveryMs = 1_000;

/** Compares with what the file holds, also after it was changed. Throws if it can't be read at the start. */
export function createTokenCheck(file: string, clock: Clock, log: Logger): TokenCheck {
  let expected = read(file);
  let changedAtMs = statSync(file).mtimeMs;
  let lookedMs = clock.monotonicMs();

  const refresh = () => {
    lookedMs = clock.monotonicMs();
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs === changedAtMs) return;
      expected = read(file);
      changedAtMs = mtimeMs;
      log.info({ file }, "token file read anew");
    } catch (error) {
      log.warn({ file, err: error }, "token file can't be read; the token of before stays valid");
    }
  };
  return (token) => {
    if (clock.monotonicMs() - lookedMs >= lookEveryMs) refresh();
    return timingSafeEqual(digest(token), expected);
  };
}

function read(file: string): Buffer {
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `token file ${file} can't be read: ${why}; give --token-file a file with a token, such as that of: openssl rand -hex 32`,
      { cause },
    );
  }
  if (token === "") throw new Error(`token file ${file} is empty; write a token into it, such as that of: openssl rand -hex 32`);
  return digest(token);
}

// Digests have one length, so that the comparison takes the same time whatever is sent.
const digest = (token: string) => createHash("sha256").update(token).digest();

// Probes have no token.
const open = new Set(["grpc.health.v1.Health"]);

/** Lets only calls with `authorization: Bearer TOKEN` through. */
export const requireToken =
  (check: TokenCheck): Interceptor =>
  (next) =>
  (request) => {
    if (open.has(request.service.typeName)) return next(request);
    const [, token] = /^Bearer +(\S+)$/i.exec(request.header.get("authorization") ?? "") ?? [];
    if (token === undefined) throw apiError("UNAUTHENTICATED", "a token is needed: send the header authorization: Bearer TOKEN");
    if (!check(token)) throw apiError("UNAUTHENTICATED", "the token is not the manager's");
    return next(request);
  };
