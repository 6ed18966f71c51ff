import { type Codec, type Fields, struct, type ValueOf } from "../xdr/codec";

export const remoteProgram = 0x20008086;
const qemuProgram = 0x20008087;

/** Which way a procedure's stream carries bytes, seen from here. */
export type StreamWay = "up" | "down" | "both";

/** One procedure: its number in its program, what it takes and what it answers. */
export interface Procedure<A, R, S extends StreamWay | undefined = StreamWay | undefined> {
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly result: Codec<R>;
  readonly stream: S;
}

const program =
  (number: number) =>
  <A extends Fields, R extends Fields, S extends StreamWay | undefined = undefined>(
    procedure: number,
    args: A,
    result: R,
    stream?: S,
  ): Procedure<ValueOf<A>, ValueOf<R>, S> => ({
    program: number,
    number: procedure,
    args: struct(args),
    result: struct(result),
    // Left out, S is undefined.
    stream: stream as S,
  });

export const remote = program(remoteProgram);
export const qemu = program(qemuProgram);
