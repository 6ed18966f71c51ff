import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createSqliteStore, type ResourceStore } from "@remuda/store";
import { startTracing } from "@remuda/tracing";
import type { Logger } from "pino";
import { version } from "../package.json";
import { startApi } from "./api/server";
import type { Config } from "./config";
import { serveHttp } from "./http";
import { createManager } from "./manager";
import { createMetrics } from "./metrics";
import { createOrigins } from "./tracing/origins";

/** Something that must be put right before the manager can start: what, where, and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Starts everything; answers how to stop it. `onStore` is given the store once it is open. Throws StartError. */
export async function run(config: Config, log: Logger, onStore?: (store: ResourceStore) => void): Promise<() => Promise<void>> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const store = await attempt("can't open the store", () => {
      mkdirSync(config.dataDir, { recursive: true });
      mkdirSync(config.secretsDir, { recursive: true, mode: 0o700 });
      return createSqliteStore({ path: join(config.dataDir, "remuda.db") });
    });
    stops.push(() => close(store, log));
    onStore?.(store);
    const metrics = createMetrics({ process: true });
    const tracing = await startTracing({ endpoint: config.otlpEndpoint, service: "remuda-manager", version, log });
    if (tracing) stops.push(() => tracing.close());
    const traces = tracing && { tracing, origins: createOrigins() };
    const manager = await createManager({ store, secretsDir: config.secretsDir, log, metrics, traces });
    stops.push(() => manager.stop());
    let ready = false;
    void manager.synced.then(() => {
      ready = true;
    });
    const { tokenFile, tls, insecure } = config;
    const api = await attempt("can't serve the API", () =>
      startApi({ ...config.listen, store, log, tokenFile, tls, insecure, registry: metrics.registry, ownership: manager, traces }),
    );
    stops.push(() => api.close());
    const { httpListen } = config;
    if (httpListen) {
      const http = await attempt("can't serve /metrics", () =>
        serveHttp({ ...httpListen, registry: metrics.registry, notReady: () => (ready ? store.problem() : "starting") }),
      );
      stops.push(() => http.close());
    }
    log.info({ address: api.address, dataDir: config.dataDir }, "manager listening");
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A store that can't be written can't be tidied up either; what was saved stands in its files all the same. */
async function close(store: ResourceStore, log: Logger): Promise<void> {
  try {
    await store.close();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    // SQLite's extended codes begin with the plain one.
    if (!/^SQLITE_(FULL|IOERR|READONLY)/.test(code)) throw error;
    log.warn(
      { problem: store.problem() ?? message },
      "the store was closed as it stands, since it can't be written; nothing that was saved is lost",
    );
  }
}

const hints: Record<string, string> = {
  EADDRINUSE: "another process listens there; stop it or choose another port",
  EACCES: "no permission; choose another place or port, or change its permissions",
  EADDRNOTAVAIL: "this machine does not have that address",
  ENOENT: "there is no such file",
  ENOSPC: "the disk is full",
};

async function attempt<T>(what: string, start: () => T | Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const hint = code !== undefined && hints[code] !== undefined ? `; ${hints[code]}` : "";
    throw new StartError(`${what}: ${message}${hint}`, { cause: error });
  }
}
