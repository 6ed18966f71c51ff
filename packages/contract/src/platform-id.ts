import { ProviderError } from "./error";

/** Whether it has the form of ValidateResponse.platform_id: 1 to 128 printable ASCII characters without spaces. */
export const isPlatformId = (text: string): boolean => /^[!-~]{1,128}$/.test(text);

/** Metadata of a call that is meant for one platform alone: that platform's id. Any other refuses it. */
export const expectedPlatformHeader = "remuda-expected-platform";

const platformKey = "platform_id";

/** How a provider refuses a call that is meant for another platform, before anything is done. */
export const otherPlatform = (expected: string, actual: string): ProviderError =>
  new ProviderError("CONFLICT", `the call is meant for platform ${expected.slice(0, 128)}, and this is ${actual}`, {
    metadata: { [platformKey]: actual },
  });

/** The id of the platform that refused a call because it is meant for another one; undefined for every other error. */
export const refusingPlatform = ({ reason, metadata }: ProviderError): string | undefined =>
  reason === "CONFLICT" ? metadata[platformKey] : undefined;
