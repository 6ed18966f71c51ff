import { LibvirtError } from "./error";

type Transport = "unix" | "ssh" | "tls" | "tcp";

/** A libvirt URI, taken apart. */
export interface Target {
  /** As given, without a password: for logs and errors. */
  shown: string;
  transport: Transport;
  /** "qemu", "test" … */
  driver: string;
  /** What the daemon is asked to open, such as "qemu:///system". */
  remoteName: string;
  host: string | undefined;
  port: number | undefined;
  user: string | undefined;
  password: string | undefined;
  session: boolean;
  /** Which daemons' sockets: that of the driver's own daemon, or libvirtd's. */
  mode: "auto" | "legacy" | "direct";
  parameters: Readonly<Partial<Record<Parameter, string>>>;
}

const parameters = [
  "name",
  "socket",
  "mode",
  "proxy",
  "keyfile",
  "known_hosts",
  "host_key",
  "sshauth",
  "pkipath",
  "known_hosts_verify",
  "no_verify",
  "no_tty",
  "no_sanity",
  "command",
  "netcat",
  "tls_priority",
] as const;
type Parameter = (typeof parameters)[number];

// What of libvirt's own parameters can't be honoured is refused rather than passed over.
const unsupported: Partial<Record<Parameter, string>> = {
  command: "SSH is spoken here, no ssh program is run",
  netcat: "the socket is forwarded by SSH itself, or reached by virt-ssh-helper",
  tls_priority: "Node's own list of ciphers is used",
};

const bad = (uri: string, what: string): LibvirtError => new LibvirtError("INVALID", `${uri}: ${what}`);

/** Reads libvirt's URI forms: driver[+transport]://[user@][host][:port]/[path][?parameters]. */
export function parseUri(uri: string): Target {
  const match = /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/i.exec(uri);
  if (!match) throw bad(hidePassword(uri), "libvirt URIs look like qemu+ssh://user@host/system");
  const [, scheme = "", named, authority = "", path = "/", query = ""] = match;
  const shown = hidePassword(uri);
  const driver = scheme.toLowerCase();
  const { user, password, host, port } = parseAuthority(authority, shown);
  const given = parseParameters(query, shown);
  const transport = transportOf(named?.toLowerCase(), host, shown);

  if (transport === "unix" && host !== undefined) throw bad(shown, "a UNIX socket has no host");
  if (transport !== "unix" && host === undefined) throw bad(shown, `${transport} needs a host`);
  if (given.no_verify === "1" || given.known_hosts_verify === "ignore") {
    throw bad(shown, "who answers is always verified: give known_hosts or host_key (SSH), or pkipath (TLS)");
  }
  for (const [name, why] of Object.entries(unsupported)) {
    if (given[name as Parameter] !== undefined) throw bad(shown, `${name} is not supported: ${why}`);
  }
  return {
    shown,
    transport,
    driver,
    remoteName: given.name ?? (driver === "remote" ? "" : `${driver}://${path}`),
    host,
    port,
    user,
    password,
    session: path === "/session",
    mode: modeOf(given.mode, shown),
    parameters: given,
  };
}

function transportOf(named: string | undefined, host: string | undefined, shown: string): Transport {
  switch (named) {
    // libvirt's own default: a host is reached by TLS.
    case undefined:
      return host === undefined ? "unix" : "tls";
    case "ssh":
    case "libssh":
    case "libssh2":
      return "ssh";
    case "unix":
    case "tls":
    case "tcp":
      return named;
    default:
      throw bad(shown, `the transport ${named} is none of unix, ssh, tls, tcp`);
  }
}

function modeOf(mode: string | undefined, shown: string): Target["mode"] {
  if (mode === undefined || mode === "auto") return "auto";
  if (mode === "legacy" || mode === "direct") return mode;
  throw bad(shown, `mode=${mode} is none of auto, legacy, direct`);
}

function parseAuthority(authority: string, shown: string) {
  const match = /^(?:([^@:]*)(?::([^@]*))?@)?(\[[^[\]@/]+\]|[^:[\]]*)(?::(\d+))?$/i.exec(authority);
  if (!match) throw bad(shown, `"${hidePassword(authority)}" is no [user@]host[:port]`);
  const [, user, password, host = "", port] = match;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) throw bad(shown, `there is no port ${port}`);
  return {
    user: user ? decoded(user, shown) : undefined,
    password: password === undefined ? undefined : decoded(password, shown),
    host: host === "" ? undefined : decoded(host.replace(/^\[|\]$/g, ""), shown),
    port: port === undefined ? undefined : Number(port),
  };
}

function parseParameters(query: string, shown: string): Partial<Record<Parameter, string>> {
  const given: Partial<Record<Parameter, string>> = {};
  for (const part of query.split(/[&;]/).filter(Boolean)) {
    const at = part.indexOf("=");
    const name = parameters.find((known) => known === (at < 0 ? part : part.slice(0, at)));
    if (!name) throw bad(shown, `the parameter ${part} is none of ${parameters.join(", ")}`);
    given[name] = at < 0 ? "" : decoded(part.slice(at + 1), shown);
  }
  return given;
}

// Unlike URLSearchParams this leaves + alone: it is a plus in a path.
function decoded(text: string, shown: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new LibvirtError("INVALID", `${shown}: "${text}" is badly escaped`, { cause });
  }
}

const hidePassword = (text: string): string => text.replace(/(^|\/\/)([^@/:]*):[^@/]*@/, "$1$2:***@");
