import {
  type ConsoleServiceServer,
  invalidSpec,
  type OpenConsoleRequest,
  type OpenConsoleResponse,
  type OpenConsoleTarget,
} from "@remuda/contract";
import type { Console, ConsoleSession } from "./provider";
import { checkConsole } from "./request-rules";
import type { Rpc } from "./rpc";
import { createSender } from "./sender";
import type { Support } from "./support";
import { whileWanted } from "./while-wanted";

export interface ConsoleServiceDeps {
  console: Console;
  support: Support;
  rpc: Rpc;
  draining: AbortSignal;
}

export function createConsoleService({ console, support, rpc, draining }: ConsoleServiceDeps): ConsoleServiceServer {
  return {
    openConsole(call) {
      let target: OpenConsoleTarget | undefined;
      const opened = rpc.openStream("OpenConsole", call, () => ({ id: target?.virtualMachineId, uid: target?.uid }));
      const sender = createSender<OpenConsoleResponse>(call, opened);
      void sender.run(async () => {
        // The ordinary iterator destroys the whole stream when the client has said all, and the answer with it.
        const requests: AsyncIterator<OpenConsoleRequest> = call.iterator({ destroyOnReturn: false });
        target = await readTarget(requests);
        checkConsole(target);
        support.console(target.type);
        await opened.checkPlatform();
        const session = await console.open({ id: target.virtualMachineId, uid: target.uid }, target.type, opened.signal);
        if ("address" in session) return sender.send({ part: { $case: "address", value: session.address } });
        const close = () => session.close();
        opened.signal.addEventListener("abort", close, { once: true });
        draining.addEventListener("abort", close, { once: true });
        try {
          if (draining.aborted || opened.signal.aborted) return;
          let typed: unknown;
          void typeInto(session, requests).catch((error: unknown) => {
            typed = error;
          });
          for await (const bytes of whileWanted(session.output, opened.signal))
            await sender.send({ part: { $case: "output", value: Buffer.from(bytes) } });
          if (typed !== undefined) throw typed;
        } finally {
          opened.signal.removeEventListener("abort", close);
          draining.removeEventListener("abort", close);
          session.close();
        }
      });
    },
  };
}

async function readTarget(requests: AsyncIterator<OpenConsoleRequest>): Promise<OpenConsoleTarget> {
  const first = await requests.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.$case === "target") return part.value;
  throw invalidSpec([{ field: "target", description: "required in the first message" }]);
}

type SerialSession = Exclude<ConsoleSession, { address: unknown }>;

/** Hands on what is typed; the client's end closes the session, which ends the output. */
async function typeInto(session: SerialSession, requests: AsyncIterator<OpenConsoleRequest>): Promise<void> {
  try {
    for (let next = await requests.next(); !next.done; next = await requests.next()) {
      const { part } = next.value;
      if (part?.$case !== "input") throw invalidSpec([{ field: "input", description: "required in every message after the first" }]);
      session.write(part.value);
    }
  } finally {
    session.close();
  }
}
