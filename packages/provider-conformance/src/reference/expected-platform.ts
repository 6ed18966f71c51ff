import { otherPlatform } from "@remuda/contract";
import type { CallContext, Handlers } from "./handler-types";
import type { Platform } from "./platform";

// They say which platform this is.
const forAnyone: readonly string[] = ["validate", "getCapabilities"] satisfies (keyof Handlers)[];

/** The handlers, which refuse what is meant for another platform. */
export function refuseOthers(handlers: Handlers, platform: Platform): Handlers {
  const guard =
    <Request, Response>(handle: (request: Request, call: CallContext) => Response) =>
    (request: Request, call: CallContext): Response => {
      const { expectedPlatform = platform.id } = call;
      if (expectedPlatform !== platform.id) throw otherPlatform(expectedPlatform, platform.id);
      return handle(request, call);
    };
  const entries = Object.entries(handlers) as [string, (request: unknown, call: CallContext) => unknown][];
  // The same keys, and functions of the same types.
  return Object.fromEntries(
    entries.map(([name, handle]) => [name, forAnyone.includes(name) ? handle : guard(handle)]),
  ) as unknown as Handlers;
}
