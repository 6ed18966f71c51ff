import { Agent } from "node:https";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { VsphereError } from "./error";

/** How the server's certificate is trusted. Verification can't be turned off. */
export type Trust =
  /** The system's roots. */
  | { kind: "system" }
  /** These roots, in PEM, and no others. */
  | { kind: "ca"; pem: string }
  /** Only the certificate with this SHA-256 or SHA-1 thumbprint, in hexadecimal, with or without colons. */
  | { kind: "thumbprint"; thumbprint: string };

/** An agent whose connections carry nothing before the server's certificate is trusted. */
export function trustingAgent(trust: Trust, maxSockets: number): Agent {
  const options = { keepAlive: true, maxSockets, scheduling: "lifo" } as const;
  if (trust.kind === "system") return new Agent(options);
  if (trust.kind === "ca") return new Agent({ ...options, ca: trust.pem });
  return pinnedAgent(normalized(trust.thumbprint), options);
}

const normalized = (thumbprint: string): string => {
  const hex = thumbprint.replaceAll(/[:\s]/g, "").toUpperCase();
  if (/^([\dA-F]{40}|[\dA-F]{64})$/.test(hex)) return hex;
  throw new VsphereError("INVALID", "a thumbprint is 40 (SHA-1) or 64 (SHA-256) hexadecimal digits");
};

function pinnedAgent(thumbprint: string, options: ConstructorParameters<typeof Agent>[0]): Agent {
  const agent = new Agent({ ...options, maxCachedSessions: 0 });
  // Node hands the socket to the request only through the callback, so nothing is written before the comparison.
  agent.createConnection = (given, done) => {
    const socket: TLSSocket = connect({ ...(given as ConnectionOptions), rejectUnauthorized: false });
    const failed = (error: Error) => done?.(error, socket);
    socket.once("error", failed);
    socket.once("secureConnect", () => {
      socket.off("error", failed);
      const { fingerprint, fingerprint256 } = socket.getPeerCertificate();
      const seen = (thumbprint.length === 64 ? fingerprint256 : fingerprint)?.replaceAll(":", "");
      if (seen === thumbprint) return done?.(null, socket);
      socket.destroy();
      done?.(new VsphereError("UNTRUSTED", `the server's certificate has the thumbprint ${seen}, not the pinned one`), socket);
    });
    return undefined;
  };
  return agent;
}
