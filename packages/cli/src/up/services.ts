import { existsSync } from "node:fs";
import { join } from "node:path";
import { servicePath } from "../commands/service";
import { CliError } from "../exit-status";
import { freeAddress } from "./ports";

/** A process of `remuda up`. */
export interface Service {
  /** Before its lines, and in messages. */
  name: string;
  /** The folder of its bundle. */
  service: string;
  args: string[];
  /** Listens here when it is ready. */
  address: string;
}

export interface ServiceOptions {
  home: string;
  servicesDir: string;
  listen: string;
  simListen: string;
  sim: boolean;
  tokenFile: string | undefined;
  insecure: boolean;
  tls: { cert: string; key: string } | undefined;
}

/** The manager first, then every provider that this machine can offer. Settles the addresses. */
export async function planServices(options: ServiceOptions): Promise<[Service, ...Service[]]> {
  const { home, servicesDir } = options;
  const address = await freeAddress(options.listen, "manager", "--listen");
  const manager: Service = {
    name: "manager",
    service: "manager",
    address,
    args: [
      ...["--listen", address, "--data-dir", join(home, "manager")],
      ...(options.tokenFile === undefined ? [] : ["--token-file", options.tokenFile]),
      ...(options.tls ? ["--tls-cert", options.tls.cert, "--tls-key", options.tls.key] : []),
      ...(options.insecure ? ["--insecure"] : []),
    ],
  };
  const providers = options.sim ? [await simulator(options)] : [];
  for (const { service } of [manager, ...providers]) {
    const path = servicePath(servicesDir, service);
    if (!existsSync(path)) throw new CliError("NOT_FOUND", `there is no ${path}`, { hint: "build it with `npm run build`" });
  }
  return [manager, ...providers];
}

async function simulator({ home, simListen }: ServiceOptions): Promise<Service> {
  const address = await freeAddress(simListen, "simulator", "--sim-listen");
  return { name: "sim", service: "provider-sim", address, args: ["--listen", address, "--state-dir", join(home, "sim")] };
}
