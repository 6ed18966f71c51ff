import { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";

/**
 * An SSH channel as an ordinary stream: ssh2's own has a destroy() that takes no error and stays half open when the other side ends.
 * `whyEnded` is asked when the channel closes; an error it answers is the stream's.
 */
export function channelStream(channel: ClientChannel, whyEnded: () => Error | undefined): Duplex {
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => channel.resume(),
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
    final(done) {
      channel.end();
      done();
    },
    destroy(error, done) {
      channel.close();
      done(error);
    },
  });
  channel.on("data", (chunk: Buffer) => {
    if (!stream.push(chunk)) channel.pause();
  });
  // The other side is through: closing ours brings the close, and before it how a command ended.
  channel.on("end", () => channel.close());
  channel.on("error", (error: Error) => stream.destroy(error));
  channel.on("close", () => stream.destroy(whyEnded()));
  return stream;
}
