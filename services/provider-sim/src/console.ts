import { ConsoleType, PowerState, ProviderError } from "@remuda/contract";
import type { ConsoleSession, MachineKey } from "@remuda/provider-kit";
import type { MachineRecord } from "./records";
import type { World } from "./world";

/** A serial line: what the guest printed when it started, a prompt, and then an echo of what is typed. Ends when the machine stops. */
export function openConsole({ machines, feed }: World, key: MachineKey, type: ConsoleType, signal: AbortSignal): ConsoleSession {
  const machine = machines.owned(key);
  if (type !== ConsoleType.SERIAL) throw new ProviderError("UNSUPPORTED", "the simulator's only console is SERIAL");
  if (machine.power !== PowerState.ON) throw new ProviderError("CONFLICT", `${machine.id} does not run`);

  const closed = new AbortController();
  const ended = AbortSignal.any([signal, closed.signal]);
  const queue: Uint8Array[] = [Buffer.from(bootLog(machine))];
  let wake = () => {};
  const say = (bytes: Uint8Array) => {
    queue.push(bytes);
    wake();
  };
  ended.addEventListener("abort", () => wake(), { once: true });

  const reader = feed.follow();
  const stopWithMachine = async () => {
    for (;;) {
      const change = await reader.next(ended);
      if (!change) return;
      if (change.id === machine.id && change.virtualMachine?.powerState !== PowerState.ON) return;
    }
  };
  stopWithMachine()
    .catch(() => {}) // A reader that fell behind ends the console as well.
    .finally(() => {
      reader.close();
      closed.abort();
    });

  async function* output(): AsyncGenerator<Uint8Array, void, void> {
    while (!ended.aborted || queue.length > 0) {
      const next = queue.shift();
      if (next) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    output: output(),
    write: (bytes) => say(Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("\r", "\r\n"), "latin1")),
    close: () => closed.abort(),
  };
}

const bootLog = ({ operatingSystem, hostname, shape }: MachineRecord): string =>
  [
    `[    0.000000] ${operatingSystem || "no operating system"}`,
    `[    0.104211] smp: Brought up 1 node, ${shape.hardware.cpus} CPUs`,
    `[    0.201734] Memory: ${shape.hardware.memoryMib * 1024}K`,
    ...shape.nics.map(({ name, macAddress, lease, addresses }) => `[    1.310422] ${name}: ${macAddress} ${lease ?? addresses.join(" ")}`),
    "",
    `${hostname} login: `,
  ].join("\r\n");
