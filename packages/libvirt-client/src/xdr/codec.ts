import { LibvirtError } from "../error";
import { malformed, type XdrReader } from "./reader";
import type { XdrWriter } from "./writer";

/** One XDR type: how a value of T is written and read. `shape` says the type as data, for what walks over the table. */
export interface Codec<T> {
  readonly shape: Shape;
  /** The least bytes a value takes: an array that claims more elements than fit is refused before it is made. */
  readonly leastBytes: number;
  encode(writer: XdrWriter, value: T): void;
  decode(reader: XdrReader): T;
}

// biome-ignore lint/suspicious/noExplicitAny: a codec takes T and answers T; only `any` accepts every codec in an inferred record.
export type AnyCodec = Codec<any>;
export type Value<C> = C extends Codec<infer T> ? T : never;
export type Fields = Readonly<Record<string, AnyCodec>>;
export type ValueOf<F extends Fields> = { [K in keyof F]: Value<F[K]> };

type Shape =
  | { kind: "int" | "uint" | "char" | "uchar" | "ushort" | "hyper" | "uhyper" | "double" | "uuid" }
  | { kind: "text" | "wideText"; max: number }
  | { kind: "opaque" | "wideBytes"; max: number }
  | { kind: "optional"; of: AnyCodec }
  | { kind: "array"; of: AnyCodec; max: number }
  | { kind: "struct"; fields: Fields }
  | { kind: "union"; arms: Readonly<Record<string, readonly [number, AnyCodec]>> };

export const invalid = (what: string): LibvirtError => new LibvirtError("INVALID", what);

export function struct<F extends Fields>(fields: F): Codec<ValueOf<F>> {
  const entries = Object.entries(fields);
  return {
    shape: { kind: "struct", fields },
    leastBytes: entries.reduce((sum, [, codec]) => sum + codec.leastBytes, 0),
    encode(writer, value) {
      for (const [name, codec] of entries) {
        const field: unknown = value?.[name];
        if (field === undefined) throw invalid(`${name} is missing`);
        try {
          codec.encode(writer, field);
        } catch (error) {
          throw within(name, error);
        }
      }
    },
    decode(reader) {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) value[name] = codec.decode(reader);
      // Every field was set just above, by the codec that gives it its type.
      return value as ValueOf<F>;
    },
  };
}

function within(name: string, error: unknown): unknown {
  return error instanceof LibvirtError && error.reason === "INVALID" ? invalid(`${name}: ${error.message}`) : error;
}

/** A value or nothing; nothing is null. */
export const optional = <T>(of: Codec<T>): Codec<T | null> => ({
  shape: { kind: "optional", of },
  leastBytes: 4,
  encode(writer, value) {
    writer.uint(value === null ? 0 : 1);
    if (value !== null) of.encode(writer, value);
  },
  decode(reader) {
    const present = reader.uint();
    if (present > 1) throw malformed(`${present} where 0 or 1 says whether a value follows`);
    return present === 1 ? of.decode(reader) : null;
  },
});

export const array = <T>(of: Codec<T>, max: number): Codec<T[]> => ({
  shape: { kind: "array", of, max },
  leastBytes: 4,
  encode(writer, values) {
    if (!Array.isArray(values)) throw invalid("an array is wanted");
    if (values.length > max) throw invalid(`${values.length} elements, ${max} are allowed`);
    writer.uint(values.length);
    for (const value of values) of.encode(writer, value);
  },
  decode(reader) {
    const length = reader.uint();
    if (length > max) throw malformed(`${length} elements, ${max} are allowed`);
    // Elements take bytes, so no claimed length makes an array longer than the message itself.
    if (length * of.leastBytes > reader.remaining) throw malformed(`${length} elements in ${reader.remaining} bytes`);
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(of.decode(reader));
    return values;
  },
});

type Arms = Readonly<Record<string, readonly [number, AnyCodec]>>;
export type ArmsValue<A extends Arms> = { [K in keyof A & string]: { type: K; value: Value<A[K][1]> } }[keyof A & string];

/** A number that says which type follows, as `{ type, value }`. */
export function union<A extends Arms>(arms: A): Codec<ArmsValue<A>> {
  const byNumber = new Map(Object.entries(arms).map(([type, [number, codec]]) => [number, { type, codec }]));
  return {
    shape: { kind: "union", arms },
    leastBytes: 8,
    encode(writer, { type, value }) {
      const arm = Object.hasOwn(arms, type) ? arms[type] : undefined;
      if (!arm) throw invalid(`no type ${JSON.stringify(type)}`);
      writer.int(arm[0]);
      arm[1].encode(writer, value);
    },
    decode(reader) {
      const number = reader.int();
      const arm = byNumber.get(number);
      if (!arm) throw malformed(`a value of the unknown type ${number}`);
      // The number chose the arm, so type and value are a pair of the table.
      return { type: arm.type, value: arm.codec.decode(reader) } as ArmsValue<A>;
    },
  };
}
