import { isDeepStrictEqual } from "node:util";
import { ProviderError, type Reason } from "@remuda/contract";

/** What a rule throws: the provider did not keep a promise of the contract. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

/** A rule that can't be judged here, and why; not a failure. */
export interface Skipped {
  skipped: string;
}

export const skip = (reason: string): Skipped => ({ skipped: reason });

export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BrokenPromise(message);
}

export function checkEqual<T>(actual: T, expected: T, what: string): void {
  if (!isDeepStrictEqual(actual, expected)) throw new BrokenPromise(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** For what the contract says is always there. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new BrokenPromise(`${what} is missing`);
  return value;
}

/** The call has to fail with one of the reasons; answers its error. */
export async function checkFails(call: Promise<unknown>, expected: Reason | readonly Reason[], what: string): Promise<ProviderError> {
  const reasons: readonly Reason[] = typeof expected === "string" ? [expected] : expected;
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new BrokenPromise(`${what}: expected ${reasons.join(" or ")}, but it succeeded`);
  if (!(error instanceof ProviderError)) throw error;
  if (!reasons.includes(error.reason)) {
    throw new BrokenPromise(`${what}: expected ${reasons.join(" or ")}, got ${error.reason}: ${error.message}`);
  }
  return error;
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}` : v instanceof Uint8Array ? `${v.length} bytes` : v)) ?? String(value);
