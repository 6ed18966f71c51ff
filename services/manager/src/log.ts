import type { Clock } from "@remuda/reconciler";
import { type ResourceStore, UnwritableError } from "@remuda/store";
import { type DestinationStream, type Logger, pino } from "pino";

/** The manager's log. That the store can't be written is told once, and not for each status and each call that fails by it. */
export interface ManagerLog {
  log: Logger;
  /** Looks at the store while it can't be written, and tells when it can be again. */
  follow(store: Pick<ResourceStore, "problem">): void;
}

const lookAgainMs = 1_000;

export function createLog(level: string, clock: Clock, destination?: DestinationStream): ManagerLog {
  let told = false;
  let followed: Pick<ResourceStore, "problem"> | undefined;
  const lookAgain = () =>
    clock.setTimer(() => {
      if (followed?.problem() !== undefined) return lookAgain();
      told = false;
      log.info("the store can be written again");
    }, lookAgainMs);
  const log: Logger = pino(
    {
      name: "manager",
      level,
      hooks: {
        logMethod(args, method) {
          if (!isUnwritable(args[0])) return method.apply(this, args);
          if (told) return;
          told = true;
          method.apply(this, args);
          log.warn("the store can't be written; until it can be, what fails by that is told no more");
          lookAgain();
        },
      },
    },
    ...(destination ? [destination] : []),
  );
  return {
    log,
    follow: (store) => {
      followed = store;
    },
  };
}

function isUnwritable(fields: unknown): boolean {
  let error = typeof fields === "object" && fields !== null && "err" in fields ? fields.err : undefined;
  // The API's errors have it as their cause.
  while (error instanceof Error && !(error instanceof UnwritableError)) error = error.cause;
  return error instanceof UnwritableError;
}
