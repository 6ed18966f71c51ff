import { connect } from "node:net";
import type { Instance } from "@remuda/gpu-clouds";

const patienceMs = 5_000;

/** Whether something that speaks SSH answers there now. */
export function sshAnswers({ ssh, addresses }: Instance, signal: AbortSignal): Promise<boolean> {
  const { host, port } = ssh ?? { host: addresses[0] ?? "", port: 22 };
  if (host === "") return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once("data", (bytes) => end(bytes.toString("latin1").startsWith("SSH-")));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
