import { LibvirtError } from "./error";
import { type ProcedureName, procedures } from "./table/procedures";
import type { CallRequest } from "./wire/calls";
import type { Link } from "./wire/link";

const authentication = { none: 0, polkit: 2 } as const;
/** VIR_DRV_FEATURE_PROGRAM_KEEPALIVE: asking for it tells the daemon that we answer its pings. */
const keepaliveFeature = 10;

/** The first calls on a connection, in the only order that the daemon takes them. */
export async function openConnection(link: Link, remoteName: string, readOnly: boolean, signal: AbortSignal): Promise<void> {
  const request = (name: ProcedureName): CallRequest => ({ name, lane: "opening", deadlineMs: Number.POSITIVE_INFINITY, signal });

  // Required even where nothing has to be proved; without it every other call is refused.
  const { types } = await link.call(procedures.authList, {}, request("authList"));
  if (types.includes(authentication.polkit) && !types.includes(authentication.none)) await askPolkit(link, request("authPolkit"));
  else if (types.length > 0 && !types.includes(authentication.none)) {
    throw new LibvirtError(
      "UNAUTHENTICATED",
      "the daemon asks for SASL, which this client doesn't speak; reach it by SSH, TLS or its UNIX socket",
    );
  }
  const { supported } = await link.call(
    procedures.connectSupportsFeature,
    { feature: keepaliveFeature },
    request("connectSupportsFeature"),
  );
  if (supported === 1) link.startKeepalive();
  await link.call(procedures.connectOpen, { name: remoteName, flags: readOnly ? 1 : 0 }, request("connectOpen"));
}

async function askPolkit(link: Link, request: CallRequest): Promise<void> {
  try {
    await link.call(procedures.authPolkit, {}, request);
  } catch (cause) {
    if (!(cause instanceof LibvirtError) || cause.reason !== "REFUSED") throw cause;
    throw new LibvirtError("UNAUTHENTICATED", `polkit refused this user: ${cause.message}; is the user in the group libvirt?`, { cause });
  }
}
