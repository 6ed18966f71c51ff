import type { Duplex } from "node:stream";

/** What is written in one turn leaves together: one system call and one packet for many small calls. */
export interface Outbox {
  write(...buffers: Buffer[]): void;
  /** Calls back when the connection takes more: at once, unless it is behind. */
  whenWritable(ready: () => void): void;
}

const joinBelow = 64 * 1024;

export function createOutbox(socket: Duplex): Outbox {
  let waiting: Buffer[] = [];
  let ready: (() => void)[] = [];

  function flush(): void {
    const buffers = waiting;
    waiting = [];
    if (socket.destroyed) return;
    const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    if (buffers.length === 1 || total < joinBelow) {
      socket.write(buffers.length === 1 && buffers[0] ? buffers[0] : Buffer.concat(buffers, total));
      return;
    }
    // Not joined: copying what a stream carries would cost more than it saves.
    socket.cork();
    for (const buffer of buffers) socket.write(buffer);
    socket.uncork();
  }

  socket.on("drain", () => {
    const now = ready;
    ready = [];
    for (const call of now) call();
  });

  return {
    write(...buffers) {
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push(...buffers);
    },
    whenWritable(call) {
      // After the flush of this turn, which decides whether the connection is behind.
      queueMicrotask(() => {
        if (socket.writableNeedDrain && !socket.destroyed) ready.push(call);
        else call();
      });
    },
  };
}
