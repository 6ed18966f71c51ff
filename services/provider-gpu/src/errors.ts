import { ProviderError } from "@remuda/contract";
import { CloudError } from "@remuda/gpu-clouds";

/** A cloud's refusal in the contract's words; all else stays as it is. A cloud's reasons are reasons of the contract. */
export function translated(error: unknown): unknown {
  if (!(error instanceof CloudError)) return error;
  const { reason, message, field, code, retryAfterMs } = error;
  return new ProviderError(reason, message, {
    cause: error,
    retryAfterMs,
    violations: field === undefined ? [] : [{ field, description: message }],
    metadata: code === undefined ? {} : { code },
  });
}

/** The same calls, whose errors are the contract's. */
export function withTranslation<Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    try {
      return await call(...args);
    } catch (error) {
      throw translated(error);
    }
  };
}
