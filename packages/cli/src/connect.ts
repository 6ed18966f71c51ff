import type { Api } from "./api/api";
import { type ConnectionOptions, resolveTarget } from "./connection";
import type { Context } from "./context";
import { parseDurationMs } from "./duration";
import { CliError } from "./exit-status";

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

/** For a command's failure by Ctrl-C: says what goes on without it. */
export const whatGoesOn =
  (hint: string) =>
  (error: unknown): never => {
    if (!(error instanceof CliError && error.outcome === "INTERRUPTED")) throw error;
    throw new CliError(error.outcome, error.message, { hint, cause: error });
  };

/** As withApi, for commands whose --timeout limits the waiting and not the single calls. */
export const withWaitingApi = <T>(context: Context, options: ApiOptions, run: (api: Api) => Promise<T>): Promise<T> =>
  withApi(context, { ...options, timeout: undefined }, run);
