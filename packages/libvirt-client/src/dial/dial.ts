import { userInfo } from "node:os";
import type { Duplex } from "node:stream";
import type { Target } from "../uri";
import { dialSsh, type SshOptions } from "./ssh";
import { dialTls, type TlsOptions } from "./tls";
import { connectTo, dialUnix, socketPaths } from "./unix";

export interface DialOptions {
  /** Where a session's sockets are; /run/user/UID unless told. */
  runtimeFolder?: string;
  ssh?: SshOptions;
  tls?: TlsOptions;
}

const tcpPort = 16509;

/** The bytes' way to the target's daemon. */
export function dial(target: Target, { runtimeFolder, ssh = {}, tls = {} }: DialOptions, signal: AbortSignal): Promise<Duplex> {
  switch (target.transport) {
    case "unix":
      return dialUnix(socketPaths(target, runtimeFolder ?? `/run/user/${userInfo().uid}`), signal);
    case "tcp":
      return connectTo({ host: target.host ?? "", port: target.port ?? tcpPort }, signal);
    case "tls":
      return dialTls(target, tls, signal);
    case "ssh":
      // A session's folder on another host isn't known here: only the helper there finds it.
      return dialSsh(target, target.session && !target.parameters.socket ? [] : socketPaths(target, undefined), ssh, signal);
  }
}
