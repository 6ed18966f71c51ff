import { isPlatformId, type ValidateResponse } from "@remuda/contract";
import { brokenProvider } from "./broken-provider";
import type { Provider } from "./provider";

/** The provider's own answer, once it says which platform it is: without that a caller could take another platform's machines for its own. */
export async function validate(
  provider: Pick<Provider, "validate">,
  signal: AbortSignal,
): Promise<Omit<ValidateResponse, "_unknownFields">> {
  const answer = await provider.validate(signal);
  if (isPlatformId(answer.platformId)) return answer;
  const expected = "1 to 128 printable characters without spaces";
  throw brokenProvider(`validate answered the platformId ${JSON.stringify(answer.platformId)}; expected ${expected}`);
}
