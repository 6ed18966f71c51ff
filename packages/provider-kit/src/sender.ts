import type { Writable } from "node:stream";
import type { OpenCall } from "./rpc";

/** Sends on a stream as fast as the client reads, and ends the call once, whichever way. */
export function createSender<Response>(call: Writable, opened: OpenCall) {
  const { signal } = opened;

  /** Resolves when there is room for more; throws when the client has gone: its stream never drains. */
  async function send(message: Response): Promise<void> {
    signal.throwIfAborted();
    if (call.write(message)) return;
    await new Promise<void>((resolve, reject) => {
      const drained = () => {
        signal.removeEventListener("abort", gone);
        resolve();
      };
      const gone = () => {
        call.off("drain", drained);
        reject(signal.reason);
      };
      call.once("drain", drained);
      signal.addEventListener("abort", gone, { once: true });
    });
  }

  async function run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      opened.end();
      call.end();
    } catch (error) {
      const answer = opened.end(signal.aborted ? signal.reason : error);
      // grpc-js answers with the status that its "error" event brings.
      if (answer && !signal.aborted) call.emit("error", answer);
    }
  }

  return { send, run };
}
