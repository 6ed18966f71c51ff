import type { Clock } from "./clock";
import { faultOf, VsphereError } from "./error";
import { jsonProtocol, offeredProtocol, type Protocol, serviceContent, soapProtocol } from "./protocol";
import { type Method, type MoRef, moRef, type Params, type Result, type Vim } from "./schema";
import { isExpiredAnswer } from "./session-expiry";
import type { Transport } from "./transport";

export interface SessionOptions {
  transport: Transport;
  username: string;
  password: string;
  protocol: "auto" | "soap" | "json";
  timeoutMs: number;
  /** Longest silence in a session before it is touched. */
  keepAliveMs: number;
  clock: Clock;
}

interface CallOptions {
  /** Instead of the session's; long-polls need more. */
  timeoutMs?: number;
}

interface Login {
  protocol: Protocol;
  content: Vim<"ServiceContent">;
  token: string;
}

export interface Session {
  call<M extends Method>(target: MoRef, method: M, params: Params<M>, signal: AbortSignal, options?: CallOptions): Promise<Result<M>>;
  /** The server's services; logs in first where that hasn't happened. */
  content(signal: AbortSignal): Promise<Vim<"ServiceContent">>;
  /** The encoding in use. */
  protocol(signal: AbortSignal): Promise<Protocol["name"]>;
  /** The session's cookie, for the server's file and lease URLs. */
  cookie(signal: AbortSignal): Promise<string>;
  close(signal: AbortSignal): Promise<void>;
}

/**
 * One login for however many calls. A call that finds the session expired logs in again and is repeated, once: the server refused it before it did
 * anything. Callers that find that out together share one Login.
 */
export function createSession({ transport, username, password, protocol: wanted, timeoutMs, keepAliveMs, clock }: SessionOptions): Session {
  let current: Promise<Login> | undefined;
  let stopKeepAlive: (() => void) | undefined;
  const closed = new AbortController();

  async function login(): Promise<Login> {
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]);
    // Without a token: Login in a session that lives is refused.
    const call = { token: undefined, timeoutMs, signal };
    try {
      const protocol =
        wanted === "auto"
          ? await offeredProtocol(transport, timeoutMs, signal)
          : (wanted === "json" ? jsonProtocol : soapProtocol)(transport);
      const content = await serviceContent(protocol, call);
      const manager = content.sessionManager;
      if (!manager) throw new VsphereError("UNSUPPORTED", "the server has no session manager");
      const { token } = await protocol.call("Login", manager, { userName: username, password }, call);
      if (token === undefined) throw new VsphereError("PROTOCOL", "the server answered Login without a session");
      return { protocol, content, token };
    } catch (error) {
      if (closed.signal.aborted) throw new VsphereError("UNREACHABLE", "the client is closed");
      if (signal.aborted) throw new VsphereError("TIMEOUT", "the server did not answer Login in time", { cause: error });
      throw error;
    }
  }

  function loggedIn(): Promise<Login> {
    if (closed.signal.aborted) return Promise.reject(new VsphereError("UNREACHABLE", "the client is closed"));
    if (current) return current;
    const begun = login();
    current = begun;
    begun.then(touch, () => forget(begun));
    return begun;
  }

  function forget(session: Promise<Login>): void {
    if (current !== session) return;
    current = undefined;
    stopKeepAlive?.();
  }

  /** Every call is a sign of life; only a silent session is touched. */
  function touch(): void {
    stopKeepAlive?.();
    if (closed.signal.aborted) return;
    stopKeepAlive = clock.setTimer(() => {
      // Whatever is wrong with the session, the next call finds out and says so.
      if (current) call(moRef("ServiceInstance", "ServiceInstance"), "CurrentTime", {}, closed.signal).catch(() => undefined);
    }, keepAliveMs);
  }

  const call: Session["call"] = async (target, method, params, signal, options = {}) => {
    for (let attempt = 0; ; attempt++) {
      const session = loggedIn();
      const { protocol, token } = await unlessAborted(session, signal);
      const settings = { token, timeoutMs: options.timeoutMs ?? timeoutMs, signal: AbortSignal.any([signal, closed.signal]) };
      try {
        const { value } = await protocol.call(method, target, params, settings);
        touch();
        if (!isExpiredAnswer(method, value)) return value as Result<typeof method>; // Decoded by the same table that the type comes from.
        if (attempt > 0) throw new VsphereError("FAULT", "the server takes a new session for an expired one");
      } catch (error) {
        if (closed.signal.aborted && !signal.aborted) throw new VsphereError("UNREACHABLE", "the client is closed", { cause: error });
        if (attempt > 0 || !faultOf(error, "NotAuthenticated")) throw error;
      }
      forget(session);
    }
  };

  return {
    call,
    content: async (signal) => (await unlessAborted(loggedIn(), signal)).content,
    protocol: async (signal) => (await unlessAborted(loggedIn(), signal)).protocol.name,
    cookie: async (signal) => `vmware_soap_session=${(await unlessAborted(loggedIn(), signal)).token}`,
    async close(signal) {
      if (closed.signal.aborted) return;
      const session = await current?.catch(() => undefined);
      stopKeepAlive?.();
      closed.abort();
      const manager = session?.content.sessionManager;
      if (!session || !manager) return;
      try {
        await session.protocol.call("Logout", manager, {}, { token: session.token, timeoutMs, signal });
      } catch (error) {
        // A session that can't be ended ends by itself.
        if (!(error instanceof VsphereError)) throw error;
      }
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
