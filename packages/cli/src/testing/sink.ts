import { Writable } from "node:stream";

/** Keeps what is written; with a width it passes for a terminal. */
export class Sink extends Writable {
  text = "";
  readonly isTTY: boolean;

  constructor(
    readonly columns?: number,
    readonly onText: (text: string) => void = () => {},
  ) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.onText(this.text);
    done();
  }
}
