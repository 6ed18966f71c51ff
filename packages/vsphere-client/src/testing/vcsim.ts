import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** Whether the simulator can be run here. CI demands it. */
export const hasVcsim = spawnSync("vcsim", ["-h"], { stdio: "ignore" }).error === undefined;
if (!hasVcsim) {
  if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("vcsim")) throw new Error("vcsim is required here and isn't on the PATH");
  console.warn("vcsim isn't on the PATH: its tests are skipped");
}

export interface Vcsim {
  /** With http:// unless it was started with TLS. */
  url: string;
  username: string;
  password: string;
  stop(): Promise<void>;
}

export interface VcsimOptions {
  args?: readonly string[];
  tls?: boolean;
  /** Any free one unless told. */
  port?: number;
}

/** Ends the simulator when the pipe to this process closes: a test that fails before its end leaves nothing running. */
const withParent = 'exec 3<&0; vcsim "$@" </dev/null 3<&- & pid=$!; (cat <&3; kill -9 $pid) >/dev/null 2>&1 & wait $pid';

/** Starts the vCenter simulator on this computer and answers when it listens. */
export async function startVcsim({ args = [], tls = false, port }: VcsimOptions = {}): Promise<Vcsim> {
  const [username, password] = ["admin", "secret&<>"];
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const given = ["-l", address, `-tls=${tls}`, "-username", username, "-password", password, ...args];
  const child = spawn("sh", ["-c", withParent, "vcsim", ...given], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status) => reject(new Error(`vcsim ended with ${status}: ${said.join("\n")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("export GOVC_URL=") && resolve());
  });
  return {
    url: `${tls ? "https" : "http"}://${address}`,
    username,
    password,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
