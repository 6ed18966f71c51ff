import { userInfo } from "node:os";
import type { Duplex } from "node:stream";
import { LibvirtError } from "../error";
import type { Target } from "../uri";
import { connectTo, dialUnix, socketPaths } from "./unix";

export interface DialOptions {
  /** Where a session's sockets are; /run/user/UID unless told. */
  runtimeFolder?: string;
}

const tcpPort = 16509;

/** The bytes' way to the target's daemon. */
export function dial(target: Target, options: DialOptions, signal: AbortSignal): Promise<Duplex> {
  switch (target.transport) {
    case "unix":
      return dialUnix(socketPaths(target, options.runtimeFolder ?? `/run/user/${userInfo().uid}`), signal);
    case "tcp":
      return connectTo({ host: target.host ?? "", port: target.port ?? tcpPort }, signal);
    case "ssh":
    case "tls":
      return Promise.reject(new LibvirtError("INVALID", `${target.transport} is not spoken yet`));
  }
}
