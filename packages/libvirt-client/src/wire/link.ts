import type { Duplex } from "node:stream";
import { LibvirtError, toLibvirtError } from "../error";
import type { Procedure } from "../table/procedure";
import { type CallRequest, createCalls } from "./calls";
import { createFrameSplitter, type Frame, FrameType } from "./frame";
import { createKeepalive, keepaliveProgram } from "./keepalive";
import { createOutbox } from "./outbox";
import { createStreams, type StreamSink, type StreamSource } from "./streams";

/** One connection to a daemon, from its first byte to its last. It never comes back; what reconnects makes another. */
export interface Link {
  call<A, R>(procedure: Procedure<A, R>, args: A, request: CallRequest): Promise<R>;
  /** Calls a procedure that has a stream. What arrives on it goes to `sink`, from the reply on. */
  open<A, R>(procedure: Procedure<A, R>, args: A, sink: StreamSink, request: CallRequest): Promise<StreamSource>;
  startKeepalive(): void;
  /** Ends it; calls in flight fail with the error. */
  end(error: LibvirtError): void;
}

export interface LinkOptions {
  /** How many calls are with the daemon at once. */
  inFlight: number;
  maxQueued: number;
  keepalive: { intervalMs: number; count: number };
  /** An event's frame. */
  onMessage(frame: Frame): void;
  /** Once, when the connection is gone. */
  onEnd(error: LibvirtError): void;
}

export function createLink(socket: Duplex, { inFlight, maxQueued, keepalive: { intervalMs, count }, onMessage, onEnd }: LinkOptions): Link {
  const outbox = createOutbox(socket);
  const streams = createStreams({
    outbox,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });
  const calls = createCalls({ write: outbox.write, inFlight, maxQueued });
  const keepalive = createKeepalive({
    intervalMs,
    count,
    write: outbox.write,
    deaf: () => streams.paused,
    lost: (silentMs) => end(new LibvirtError("LOST", `the daemon has been silent for ${silentMs} ms`)),
  });
  let ended = false;

  function end(error: LibvirtError): void {
    if (ended) return;
    ended = true;
    keepalive.stop();
    socket.destroy();
    calls.fail(error);
    streams.fail(error);
    onEnd(error);
  }

  function receive(frame: Frame): void {
    if (frame.program === keepaliveProgram) {
      keepalive.receive(frame.procedure);
      return;
    }
    switch (frame.type) {
      case FrameType.reply:
        calls.reply(frame);
        break;
      case FrameType.message:
        onMessage(frame);
        break;
      case FrameType.stream:
      case FrameType.streamHole:
        streams.receive(frame);
        break;
      default:
        throw new LibvirtError("PROTOCOL", `a frame of type ${frame.type}`);
    }
  }

  const split = createFrameSplitter(receive);
  socket.on("data", (chunk: Buffer) => {
    if (ended) return;
    keepalive.heard();
    try {
      split(chunk);
    } catch (error) {
      end(toLibvirtError(error, "PROTOCOL", "a frame can't be read"));
    }
  });
  socket.on("error", (error) => end(toLibvirtError(error, "LOST", "the connection broke")));
  socket.on("close", () => end(new LibvirtError("LOST", "the other side closed the connection")));
  // Over before we could listen.
  if (socket.destroyed) queueMicrotask(() => end(toLibvirtError(socket.errored, "LOST", "the other side closed the connection")));
  socket.on("end", () => end(new LibvirtError("LOST", "the other side ended the connection")));

  return {
    call: (procedure, args, request) => calls.call(procedure, args, request).answer,
    async open(procedure, args, sink, request) {
      const { serial, answer } = calls.call(procedure, args, request, {
        sent: (sent) => streams.add(sent, procedure, sink),
        late(sent) {
          streams.add(sent, procedure, sink);
          streams.source(sent).abort();
        },
      });
      try {
        await answer;
      } catch (error) {
        streams.remove(serial());
        throw error;
      }
      return streams.source(serial());
    },
    startKeepalive: keepalive.start,
    end,
  };
}
