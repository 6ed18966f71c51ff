import { spawn } from "node:child_process";
import { createServer } from "node:net";

const startMs = 60_000;

/** moto's server, in a process of its own; undefined where it is not installed. Its state is its process's. */
export async function startMoto(): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<"ended">((resolve) => {
    child.once("error", () => resolve("ended"));
    child.once("exit", () => resolve("ended"));
  });
  const url = `http://127.0.0.1:${port}`;
  const end = Date.now() + startMs;
  while (Date.now() < end) {
    const state = await Promise.race([ended, answers(url)]);
    if (state === "ended") return undefined;
    if (state === "up") {
      return {
        url,
        async stop() {
          child.kill();
          await ended;
        },
      };
    }
  }
  child.kill();
  throw new Error(`moto_server does not answer at ${url}`);
}

const answers = async (url: string): Promise<"up" | "down"> => {
  try {
    await fetch(`${url}/moto-api/`);
    return "up";
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return "down";
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
