import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import { LibvirtError, toLibvirtError } from "../error";
import type { Target } from "../uri";

/** Which sockets a target's daemon may listen at, the likeliest first. */
export function socketPaths({ driver, session, mode, parameters: { socket } }: Target, runtimeFolder: string | undefined): string[] {
  if (socket !== undefined) return [socket];
  if (session && runtimeFolder === undefined) {
    throw new LibvirtError("INVALID", "a session's daemon listens in the user's runtime folder: give runtimeFolder, or socket= in the URI");
  }
  const folder = session ? `${runtimeFolder}/libvirt` : "/run/libvirt";
  const direct = `${folder}/virt${driver}d-sock`;
  const legacy = `${folder}/libvirt-sock`;
  if (mode === "direct") return [direct];
  if (mode === "legacy") return [legacy];
  // The test driver has no daemon of its own; every daemon carries it.
  return driver === "test" || driver === "remote" ? [legacy, `${folder}/virtqemud-sock`] : [direct, legacy];
}

/** Connects to the first socket that somebody listens at. */
export async function dialUnix(paths: readonly string[], signal: AbortSignal): Promise<Duplex> {
  const failures: string[] = [];
  let cause: unknown;
  for (const path of paths) {
    try {
      return await connectTo({ path }, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      cause = error;
      failures.push(`${path}: ${whyNot(error)}`);
    }
  }
  throw new LibvirtError("UNREACHABLE", `no libvirt daemon answers (${failures.join("; ")})`, { cause });
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "no such socket; is libvirt installed and its daemon (or socket unit) started?";
    case "ECONNREFUSED":
      return "nobody listens there; the daemon has ended";
    case "EACCES":
    case "EPERM":
      return "permission denied; is the user in the group libvirt?";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** A connected socket; Nagle's delay off where there is one. */
export function connectTo(where: { path: string } | { host: string; port: number }, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(where);
    const abort = () => socket.destroy(toLibvirtError(signal.reason, "ABORTED", "aborted while connecting"));
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
