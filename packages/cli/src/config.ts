import { homedir } from "node:os";
import { join } from "node:path";

/** What the environment says; flags go before it. */
export interface Config {
  /** REMUDA_SERVER: the manager's address or URL. */
  server: string | undefined;
  /** REMUDA_TOKEN_FILE: the file with the bearer token. */
  tokenFile: string | undefined;
  /** REMUDA_HOME, else ~/.remuda: what `remuda up` keeps. */
  home: string;
  /** REMUDA_SERVICES_DIR, else beside the bundle: where services/NAME/dist/main.cjs lie. */
  servicesDir: string;
  /** NO_COLOR is set, or TERM is "dumb". */
  plain: boolean;
  /** VISUAL, EDITOR, else vi: a shell's words. */
  editor: string;
  /** What child processes inherit. */
  environment: NodeJS.ProcessEnv;
}

export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = (name: string) => environment[name] || undefined;
  return {
    server: given("REMUDA_SERVER"),
    tokenFile: given("REMUDA_TOKEN_FILE"),
    home: given("REMUDA_HOME") ?? join(homedir(), ".remuda"),
    servicesDir: given("REMUDA_SERVICES_DIR") ?? join(import.meta.dirname, "../../../services"),
    plain: given("NO_COLOR") !== undefined || environment.TERM === "dumb",
    editor: given("VISUAL") ?? given("EDITOR") ?? "vi",
    environment,
  };
}
