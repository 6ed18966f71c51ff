import { LibvirtError, type LibvirtReason } from "@remuda/libvirt-client";
import { type Provider, StartError } from "@remuda/provider-kit";
import type { Config } from "./config";
import { type Host, openHost } from "./host";
import { createLibvirtProvider } from "./provider";

const advice: Partial<Record<LibvirtReason, string>> = {
  UNREACHABLE: "may this user open its socket? See docs/providers/libvirt.md",
  UNAUTHENTICATED: "the key, agent or password was refused",
  UNTRUSTED: "its host key or certificate is not known: put it into known_hosts, or pin it with host_key=",
  INVALID: "the URI can't be used",
};

/** Connects to every host. What is wrong is told in words. */
export async function openProvider({ uris, virtType, defaults, sshAgent }: Config): Promise<Provider> {
  const ssh = sshAgent === undefined ? {} : { ssh: { agent: sshAgent } };
  const answers = await Promise.allSettled(uris.map((uri) => openHost(uri, virtType, ssh)));
  const hosts = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const close = () => Promise.all(hosts.map((host) => host.close()));
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") continue;
    await close();
    throw told(uris[index] ?? "", answer.reason);
  }
  const [first, ...more] = hosts;
  if (!first) throw new StartError("--uri: at least one is needed");
  try {
    for (const host of hosts) await mustHavePools(host, new Set([defaults.pool, defaults.imagePool]));
    mustDiffer(hosts);
    return await createLibvirtProvider([first, ...more], { defaults });
  } catch (error) {
    await close();
    throw error;
  }
}

async function mustHavePools(host: Host, names: ReadonlySet<string>): Promise<void> {
  for (const name of names) {
    await host.pool(name).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      throw new StartError(
        `${said}; name another by --pool or --image-pool, or make it: virsh pool-create-as ${name} dir --target FOLDER`,
        {
          cause: error,
        },
      );
    });
  }
}

function mustDiffer(hosts: readonly Host[]): void {
  const seen = new Map<string, string>();
  for (const { name, virt } of hosts) {
    const other = seen.get(name);
    if (other !== undefined) throw new StartError(`--uri: ${other} and ${virt.uri} are both the host ${name}`);
    seen.set(name, virt.uri);
  }
}

function told(uri: string, error: unknown): unknown {
  if (!(error instanceof LibvirtError)) return error;
  const hint = advice[error.reason];
  const said = error.message.includes("://") ? error.message : `${uri}: ${error.message}`;
  return new StartError(hint === undefined ? said : `${said}; ${hint}`, { cause: error });
}
