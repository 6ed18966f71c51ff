// Installs the programs that tests use as judges, where this machine can: into .cache/bin, which tests put on their PATH.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./install.mjs";

const bin = join(root, ".cache/bin");
const goTools = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
  // The last release whose main module holds both: the Go proxy doesn't have their own modules.
  vcsim: "github.com/vmware/govmomi/vcsim@v0.46.3",
  govc: "github.com/vmware/govmomi/govc@v0.46.3",
};

const works = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** Answers the environment for the tests. With CI=true it installs what is missing and demands what it installed. */
export function peerEnvironment() {
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}` };
  if (process.env.CI !== "true") return env;
  if (!works("go", "version")) {
    console.error(`peers: no Go on this machine, so tests against ${Object.keys(goTools).join(", ")} are skipped`);
    return env;
  }
  mkdirSync(bin, { recursive: true });
  for (const [name, source] of Object.entries(goTools)) {
    if (existsSync(join(bin, name))) continue;
    console.error(`peers: installing ${name} …`);
    const { status, stderr } = spawnSync("go", ["install", source], { env: { ...process.env, GOBIN: bin }, encoding: "utf8" });
    if (status !== 0) {
      console.error(`peers: ${name} can't be installed:\n${stderr}`);
      process.exit(1);
    }
  }
  return { ...env, REMUDA_REQUIRE_PEERS: Object.keys(goTools).join(",") };
}
