import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { LibvirtError, toLibvirtError } from "../error";
import type { Target } from "../uri";

/** Our certificate and whom we trust, as PEM; before the files of pkipath=, which are before libvirt's own places. */
export interface TlsOptions {
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
}

const tlsPort = 16514;

/** Connects by TLS with a client certificate; the server's must be of our CA and for the host that is asked for. */
export async function dialTls(target: Target, options: TlsOptions, signal: AbortSignal): Promise<Duplex> {
  const host = target.host ?? "";
  const port = target.port ?? tlsPort;
  const credentials = await readCredentials(target, options);
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const socket = connectTls({ host, port, ...credentials, ...(isIP(host) ? {} : { servername: host }), rejectUnauthorized: true });
    const abort = () => socket.destroy(toLibvirtError(signal.reason, "ABORTED", "aborted while connecting"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    socket.setNoDelay(true);
    socket.once("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(asTlsError(error, `${host}:${port}`));
    });
    socket.once("secureConnect", () => {
      confirmed(socket).then((accepted) => {
        signal.removeEventListener("abort", abort);
        if (accepted) return resolve(socket);
        socket.destroy();
        reject(new LibvirtError("UNAUTHENTICATED", `${host}:${port}: the daemon refused our certificate`));
      }, reject);
    });
  });
  socket.removeAllListeners("error");
  return socket;
}

/** After the handshake the daemon sends one byte, 1, inside TLS when it takes our certificate; else it closes. */
function confirmed(socket: TLSSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (accepted: boolean) => {
      socket.off("readable", read);
      socket.off("close", close);
      socket.off("end", close);
      resolve(accepted);
    };
    const close = () => done(false);
    const read = () => {
      const byte: Buffer | null = socket.read(1);
      if (byte) done(byte[0] === 1);
    };
    socket.on("readable", read);
    socket.once("close", close);
    socket.once("end", close);
    read();
  });
}

interface Places {
  ca: string;
  cert: string;
  key: string;
}

async function readCredentials(
  { parameters: { pkipath } }: Target,
  given: TlsOptions,
): Promise<{ ca: Buffer | string; cert: Buffer | string; key: Buffer | string }> {
  const inOne = (folder: string): Places => ({
    ca: join(folder, "cacert.pem"),
    cert: join(folder, "clientcert.pem"),
    key: join(folder, "clientkey.pem"),
  });
  const system: Places = {
    ca: "/etc/pki/CA/cacert.pem",
    cert: "/etc/pki/libvirt/clientcert.pem",
    key: "/etc/pki/libvirt/private/clientkey.pem",
  };
  const places = pkipath === undefined ? [inOne(join(homedir(), ".pki/libvirt")), system] : [inOne(pkipath)];
  const find = async (name: keyof Places): Promise<Buffer | string> => {
    const own = given[name];
    if (own !== undefined) return own;
    for (const place of places) {
      const found = await readFile(place[name]).catch(() => undefined);
      if (found) return found;
    }
    throw new LibvirtError("INVALID", `TLS takes ${places.map((place) => place[name]).join(" or ")}, and none can be read`);
  };
  return { ca: await find("ca"), cert: await find("cert"), key: await find("key") };
}

function asTlsError(error: Error, where: string): LibvirtError {
  if (error instanceof LibvirtError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return new LibvirtError("UNTRUSTED", `${where}: its certificate is for another host: ${error.message}`, { cause: error });
  if (/CERT|SIGNATURE|ISSUER|SELF_SIGNED/.test(code))
    return new LibvirtError("UNTRUSTED", `${where}: its certificate is not to be trusted: ${error.message}`, { cause: error });
  if (/ALERT|SSL/.test(code)) return new LibvirtError("UNAUTHENTICATED", `${where}: TLS failed: ${error.message}`, { cause: error });
  return toLibvirtError(error, "UNREACHABLE", where);
}
