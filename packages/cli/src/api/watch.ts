import { setTimeout as sleep } from "node:timers/promises";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { type ManagerService, WatchEventType } from "@remuda/contract/manager";
import type { Target } from "../connection";
import { CliError } from "../exit-status";
import type { Change, Selection } from "./api";
import { translateError } from "./errors";

const firstDelayMs = 200;
const longestDelayMs = 3_000;

/** One watch over any number of connections: after a break it goes on from the last version, or from a new snapshot if that is too old. */
export async function* resumingWatch(
  client: Client<typeof ManagerService>,
  target: Target,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  let resourceVersion = "";
  let connected = false;
  let delayMs = firstDelayMs;
  while (!signal.aborted) {
    try {
      // A timeout of 0 lifts the calls' own.
      for await (const event of client.watch({ ...selection, resourceVersion }, { signal, timeoutMs: 0 })) {
        // A snapshot that broke off counts for nothing; only after its bookmark there is a version to go on from.
        if (resourceVersion !== "" || event.type === WatchEventType.BOOKMARK) resourceVersion = event.resourceVersion;
        connected = true;
        delayMs = firstDelayMs;
        if (event.type === WatchEventType.BOOKMARK) yield { type: "synced" };
        else if (event.resource) yield { type: event.type === WatchEventType.DELETED ? "gone" : "present", resource: event.resource };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectError && connected && goesOn(error))) throw translateError(error, target);
      if (error.code === Code.OutOfRange) resourceVersion = "";
    }
    if (signal.aborted) return;
    if (resourceVersion === "") yield { type: "reset" };
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }
}

/** Whether a call failed since the manager went away, or the way to it broke: it may come back. */
export const isBreak = (error: unknown): error is CliError =>
  error instanceof CliError && (error.outcome === "UNREACHABLE" || (error.cause instanceof ConnectError && goesOn(error.cause)));

const goesOn = ({ code }: ConnectError) =>
  code === Code.Unavailable || code === Code.Aborted || code === Code.OutOfRange || code === Code.Canceled || code === Code.Internal;
