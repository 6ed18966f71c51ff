import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Strangers, startStrangers } from "./bad-input/connections";
import { type ServedManager, serveManager } from "./bad-input/manager";
import { type bundles, startProgram, temporaryFolder } from "./program";

const folder = temporaryFolder();
const put = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
const right = put("right", "right\n");
put("wrong", "wrong\n");
put("empty", "\n");
put("junk.pem", "junk\n");
mkdirSync(join(folder.path, "damaged"));
put("damaged/remuda.db", "no database".repeat(1000));
mkdirSync(join(folder.path, "left-badly"));
put("left-badly/connection.json", "{");

let strangers: Strangers;
let secured: ServedManager;
beforeAll(async () => {
  strangers = await startStrangers();
  secured = await serveManager({ tokenFile: right });
});
afterAll(async () => {
  await Promise.all([strangers.close(), secured.close()]);
  folder.remove();
});

/** Its exit status and all that it printed, with {dir} for the folder and {names} for addresses. */
async function ran(bundle: keyof typeof bundles, line: string, env: Record<string, string> = {}) {
  const addresses: Record<string, string> = { ...strangersByName(), secured: secured.address };
  const filled = line.replace(/\{(\w+)\}/g, (_, name: string) => (name === "dir" ? folder.path : (addresses[name] ?? "")));
  const program = startProgram(bundle, filled.split(" "), { NO_COLOR: "1", REMUDA_HOME: join(folder.path, "home"), ...env });
  const status = await program.exited;
  let output = program.output().replaceAll(folder.path, "{dir}");
  for (const [name, address] of Object.entries(addresses)) output = output.replaceAll(address, `{${name}}`);
  return { status, lines: output.trimEnd().split("\n") };
}
const strangersByName = () => {
  const { web, ssh, silent, grpc, closed } = strangers;
  return { web, ssh, silent, grpc, closed };
};

const nameIt = "  name the manager with --server ADDRESS or REMUDA_SERVER";
const oneLineToken = "  it must be one line of printable characters";

describe("remuda, as a process, says", () => {
  test.each([
    [
      "that nothing listens",
      "get vm --server {closed}",
      6,
      "error: no manager at {closed} (connect ECONNREFUSED {closed})",
      "  start one with `remuda up`, or name another with --server ADDRESS or REMUDA_SERVER",
    ],
    [
      "that a web server is no manager",
      "get vm --server {web}",
      6,
      "error: the server at {web} is no Remuda manager (Protocol error)",
      nameIt,
    ],
    [
      "that an SSH server is no manager",
      "get vm --server {ssh}",
      6,
      "error: the server at {ssh} is no Remuda manager (Protocol error)",
      nameIt,
    ],
    [
      "that another gRPC server is no manager",
      "get vm --server {grpc}",
      6,
      "error: the server at {grpc} is no Remuda manager (HTTP 415)",
      nameIt,
    ],
    [
      "that a server is silent",
      "get vm --server {silent} --timeout 1s",
      6,
      "error: the manager at {silent} did not answer in time",
      "  give it longer, such as --timeout 2m",
    ],
    [
      "that the manager speaks no TLS",
      "get vm --server https://{secured}",
      6,
      "error: the server at {secured} does not speak TLS",
      "  leave out https:// and --tls-ca, or name another server",
    ],
    [
      "that a token is needed",
      "get vm --server {secured}",
      8,
      "error: the manager at {secured} refused: a token is needed: send the header authorization: Bearer TOKEN",
      "  name a token's file with --token-file or REMUDA_TOKEN_FILE",
    ],
    [
      "that the token is another's",
      "get vm --server {secured} --token-file {dir}/wrong",
      8,
      "error: the manager at {secured} refused: the token is not the manager's",
      "  is it the right token?",
    ],
    [
      "that the token's file is empty",
      "get vm --server {secured} --token-file {dir}/empty",
      7,
      "error: {dir}/empty holds no token",
      oneLineToken,
    ],
    [
      "that the token's file is not there",
      "get vm --server {secured} --token-file {dir}/none",
      3,
      "error: can't read the token: ENOENT: no such file or directory, open '{dir}/none'",
    ],
    [
      "that the authority's file is not there",
      "get vm --server {secured} --tls-ca {dir}/none",
      3,
      "error: can't read the certificate authority: ENOENT: no such file or directory, open '{dir}/none'",
    ],
  ])("%s", async (_, line, status, ...lines) => {
    expect(await ran("remuda", line)).toEqual({ status, lines });
  });

  test("that what `remuda up` left is damaged", async () => {
    const lines = ["error: {dir}/left-badly/connection.json is damaged", "  delete it, or say --server ADDRESS"];
    expect(await ran("remuda", "get vm", { REMUDA_HOME: join(folder.path, "left-badly") })).toEqual({ status: 7, lines });
  });
});

describe("a manager does not start", () => {
  const data = "--listen 127.0.0.1:0 --data-dir {dir}/data";
  test.each([
    ["with an address that is none", "--listen nowhere", 2, '--listen: expected HOST:PORT, got "nowhere"'],
    ["with a flag that is none", "--lisen 127.0.0.1:0", 2, "Unknown option '--lisen'; see --help"],
    ["with half of a certificate", `${data} --tls-cert {dir}/junk.pem`, 2, "--tls-cert and --tls-key go together"],
    [
      "in plaintext for all the world",
      "--listen 0.0.0.0:0 --data-dir {dir}/data",
      1,
      "can't serve the API: 0.0.0.0 is not loopback: plaintext is refused; give --tls-cert and --tls-key, or --insecure",
    ],
    [
      "with an empty token",
      `${data} --token-file {dir}/empty`,
      1,
      "can't serve the API: token file {dir}/empty is empty; write a token into it, such as that of: openssl rand -hex 32",
    ],
    [
      "with a certificate that is none",
      `${data} --tls-cert {dir}/junk.pem --tls-key {dir}/junk.pem`,
      1,
      "can't serve the API: --tls-cert {dir}/junk.pem, --tls-key {dir}/junk.pem: expected PEM files, and a key that goes with the certificate: error:0480006C:PEM routines::no start line",
    ],
    [
      "over a damaged store",
      "--listen 127.0.0.1:0 --data-dir {dir}/damaged",
      1,
      "can't open the store: the store {dir}/damaged/remuda.db is damaged; move it away together with its -wal file and put a backup in its place, or start anew without it",
    ],
    [
      "where another listens",
      "--listen {secured} --data-dir {dir}/data",
      1,
      "can't serve the API: listen EADDRINUSE: address already in use {secured}; another process listens there; stop it or choose another port",
    ],
  ])("%s", async (_, line, status, said) => {
    expect(await ran("manager", line)).toEqual({ status, lines: [`remuda-manager: ${said}`] });
  });

  test("with a variable that is neither true nor false", async () => {
    const lines = ["remuda-manager: --insecure: expected true or false"];
    expect(await ran("manager", "--listen 127.0.0.1:0", { REMUDA_INSECURE: "maybe" })).toEqual({ status: 2, lines });
  });
});
