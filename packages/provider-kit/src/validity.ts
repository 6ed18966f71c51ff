import { asProviderError, ProviderError } from "@remuda/contract";
import type { Logger } from "pino";
import { type Clock, pause } from "./clock";
import type { Provider } from "./provider";
import { validate } from "./validate";

const validateTimeoutMs = 15_000;
const retryMs = 2_000;

export interface ValidityDeps {
  provider: Pick<Provider, "validate">;
  intervalMs: number;
  clock: Clock;
  log: Logger;
  /** Told after each Validate whether it passed. */
  told: (passed: boolean) => void;
}

/** Whether the platform can be reached: Validate, asked again and again. */
export function createValidity({ provider, intervalMs, clock, log, told }: ValidityDeps) {
  let passedAt: number | undefined;
  let failing: string | undefined;

  function passed(): void {
    passedAt = clock.now();
    if (failing !== undefined) log.info("the platform can be reached again");
    failing = undefined;
    told(true);
  }

  function failed(error: ProviderError): void {
    // Once for each problem, not once for each try.
    if (failing !== error.message) log.warn({ reason: error.reason, problem: error.message }, "the platform can't be used");
    failing = error.message;
    told(false);
  }

  async function ask(stop: AbortSignal): Promise<void> {
    const controller = new AbortController();
    const cancel = () => controller.abort(stop.reason);
    stop.addEventListener("abort", cancel, { once: true });
    const late = new ProviderError("TIMEOUT", `Validate took more than ${validateTimeoutMs / 1000} s`);
    const cancelTimer = clock.setTimer(() => controller.abort(late), validateTimeoutMs);
    try {
      await validate(provider, controller.signal);
      passed();
    } catch (error) {
      if (!stop.aborted) failed(asProviderError(controller.signal.aborted ? controller.signal.reason : error));
    } finally {
      cancelTimer();
      stop.removeEventListener("abort", cancel);
    }
  }

  return {
    /** A Validate that a client asked for has passed. */
    passed,
    /** It passed within the last two intervals. */
    lately: () => passedAt !== undefined && clock.now() - passedAt <= 2 * intervalMs,
    /** Asks until the signal aborts; sooner while it fails. */
    async run(stop: AbortSignal): Promise<void> {
      while (!stop.aborted) {
        await ask(stop);
        await pause(clock, failing === undefined ? intervalMs : Math.min(intervalMs, retryMs), stop);
      }
    },
  };
}
