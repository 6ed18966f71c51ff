import { ProviderError } from "@remuda/contract";

/** What a provider must never answer; said plainly, for its author. */
export const brokenProvider = (what: string) => new ProviderError("INTERNAL", `the provider broke its interface: ${what}`);
