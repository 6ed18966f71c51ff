import type { Metadata } from "@grpc/grpc-js";
import { expectedPlatformHeader, otherPlatform, type ValidateResponse } from "@remuda/contract";
import type { Provider } from "./provider";
import { validate } from "./validate";

/** Which platform the provider drives, and who is refused because of it. */
export interface Platform {
  /** The provider's own answer, of which the platform's id is remembered. */
  validate(signal: AbortSignal): Promise<Omit<ValidateResponse, "_unknownFields">>;
  /** Rejects with CONFLICT what is meant for another platform; undefined where there is nothing to find out. */
  check(metadata: Metadata, signal: AbortSignal): Promise<void> | undefined;
}

export function createPlatform(provider: Pick<Provider, "validate">): Platform {
  let known: string | undefined;

  async function ask(signal: AbortSignal) {
    const answer = await validate(provider, signal);
    known = answer.platformId;
    return answer;
  }

  return {
    validate: ask,
    check(metadata, signal) {
      const [given] = metadata.get(expectedPlatformHeader);
      const expected = given?.toString();
      if (expected === undefined || expected === known) return undefined;
      // What was remembered may be of before: nobody is refused for that.
      return ask(signal).then(({ platformId }) => {
        if (platformId !== expected) throw otherPlatform(expected, platformId);
      });
    },
  };
}
