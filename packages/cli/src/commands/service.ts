import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import type { Context } from "../context";
import { CliError } from "../exit-status";
import { nearest } from "../text";

/** Where a service's bundle lies: "manager" or "provider-NAME". */
export const servicePath = (servicesDir: string, service: string) => join(servicesDir, service, "dist/main.cjs");

/** Every flag after the name is the service's own. */
const passing = (command: Command) => command.allowUnknownOption().allowExcessArguments().passThroughOptions().helpOption(false);

export const managerCommand = (context: Context): Command =>
  passing(new Command("manager").description("run the manager in the foreground; its own --help tells its flags"))
    .argument("[flags...]", "the manager's flags")
    .action((flags: string[]) => runService(context, "manager", flags));

export const providerCommand = (context: Context): Command =>
  passing(new Command("provider").description("run a provider in the foreground, such as sim; its own --help tells its flags"))
    .argument("[name]", "which")
    .argument("[flags...]", "the provider's flags")
    .action((name: string | undefined, flags: string[]) => {
      const names = providerNames(context.config.servicesDir);
      if (name !== undefined && names.includes(name)) return runService(context, `provider-${name}`, flags);
      if (name === "--help" || name === "-h" || name === undefined) {
        context.terminal.out(`Usage: remuda provider NAME [flags]\n\nThere are: ${names.join(", ") || "none"}\n`);
        if (name !== undefined) return;
        throw new CliError("USAGE", "say which provider");
      }
      const near = nearest(name, names);
      throw new CliError("NOT_FOUND", `there is no provider "${name}"`, {
        hint: near ? `did you mean ${near}?` : `there are: ${names.join(", ") || "none; build them with `npm run build`"}`,
      });
    });

/** The providers that are built here. */
function providerNames(servicesDir: string): string[] {
  if (!existsSync(servicesDir)) return [];
  return readdirSync(servicesDir)
    .filter((name) => name.startsWith("provider-") && existsSync(servicePath(servicesDir, name)))
    .map((name) => name.slice("provider-".length))
    .sort();
}

/** Becomes the service: its flags, its signals and its exit status are this process's own. */
export async function runService({ config }: Context, service: string, flags: readonly string[]): Promise<void> {
  const path = servicePath(config.servicesDir, service);
  if (!existsSync(path)) throw new CliError("NOT_FOUND", `there is no ${path}`, { hint: "build it with `npm run build`" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
  // Who reads the logs may be gone; that is no reason to end without order.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error").on("error", () => {});
  process.argv = [process.argv[0] ?? "node", path, ...flags];
  await import(pathToFileURL(path).href);
  // From here on the service decides when this process ends.
  await new Promise<never>(() => {});
}
