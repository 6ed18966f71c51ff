import { type Command, Option } from "commander";

const group = "Connection:";

interface Timeout {
  words: string;
  default?: string;
}

const callTimeout: Timeout = { words: "give up on a call after this long, such as 30s or 5m" };
/** For commands that wait. */
export const waitTimeout: Timeout = { words: "give up waiting after this long", default: "5m" };

/** The flags of every command that talks to the manager. */
export const connectionOptions = (command: Command, timeout: Timeout = callTimeout): Command =>
  command
    .addOption(new Option("--server <address>", "manager's address or URL (REMUDA_SERVER)").helpGroup(group))
    .addOption(new Option("--token-file <file>", "file with the bearer token (REMUDA_TOKEN_FILE)").helpGroup(group))
    .addOption(new Option("--tls-ca <file>", "authority that signed the manager's certificate").helpGroup(group))
    .addOption(new Option("--insecure", "allow plaintext to another machine").helpGroup(group))
    .addOption(new Option("--errors <form>", "how errors are told; -o json means json").choices(["text", "json"]).default("text"))
    .addOption(new Option("--timeout <duration>", timeout.words).default(timeout.default).helpGroup(group));

/** For flags that may be given several times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
