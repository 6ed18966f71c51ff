import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** Whether Prism is on the PATH. */
export const hasPrism = (): boolean => spawnSync("prism", ["--version"], { stdio: "ignore" }).status === 0;

/**
 * Prism before a double: it passes everything on, and answers with an error of its own what breaks the vendor's description, be it in the request or
 * in the answer.
 */
export async function startPrism(spec: string, upstream: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn("prism", ["proxy", spec, upstream, "--errors", "--validate-request", "--host", "127.0.0.1", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines: string[] = [];
  const url = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
  });
  const died = exited.then(() => Promise.reject(new Error(`prism ended: ${lines.join("\n")}`)));
  return {
    url: await Promise.race([url, died]),
    async stop() {
      child.kill();
      await exited;
    },
  };
}
