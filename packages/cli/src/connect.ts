import type { Api } from "./api/api";
import { type ConnectionOptions, resolveTarget } from "./connection";
import type { Context } from "./context";
import { parseDurationMs } from "./duration";

/** Flags that every command with a connection has. */
export interface ApiOptions extends ConnectionOptions {
  timeout?: string;
}

/** Opens, runs and closes. Loads the client only now: `remuda --help` has no use for it. */
export async function withApi<T>(context: Context, options: ApiOptions, run: (api: Api) => Promise<T>): Promise<T> {
  const target = resolveTarget(context.config, options);
  const { openApi } = await import("./api/api");
  const callTimeoutMs = options.timeout === undefined ? undefined : parseDurationMs(options.timeout);
  const api = openApi(target, { callTimeoutMs, signal: context.signal });
  try {
    return await run(api);
  } finally {
    api.close();
  }
}

/** As withApi, for commands whose --timeout limits the waiting and not the single calls. */
export const withWaitingApi = <T>(context: Context, options: ApiOptions, run: (api: Api) => Promise<T>): Promise<T> =>
  withApi(context, { ...options, timeout: undefined }, run);
