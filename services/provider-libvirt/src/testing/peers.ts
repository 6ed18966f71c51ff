import { whyNoDaemon } from "@remuda/libvirt-client/testing";

const reason = whyNoDaemon();
// What CI installed it must also use.
if (reason !== undefined && process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("libvirtd"))
  throw new Error(`libvirtd is required here: ${reason}`);
if (reason !== undefined) console.warn(`libvirtd: tests against it are skipped: ${reason}`);

/** Whether tests against a real libvirtd run here; says once why not. */
export const daemonHere = reason === undefined;
