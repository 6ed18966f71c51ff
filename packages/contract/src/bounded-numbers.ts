import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { ServiceDefinition } from "@grpc/grpc-js";

const largest = BigInt(Number.MAX_SAFE_INTEGER);
const bounded = (value: bigint | string): bigint => {
  const exact = BigInt(value);
  if (exact > largest) return largest;
  return exact < -largest ? -largest : exact;
};

/** Reads 64-bit integers that a number can't tell apart as the largest that it can. */
class BoundedReader extends BinaryReader {
  override int64 = () => bounded(super.int64());
  override uint64 = () => bounded(super.uint64());
  override sint64 = () => bounded(super.sint64());
}

/**
 * The service, whose messages are read with integers no larger than Number.MAX_SAFE_INTEGER. The generated code throws on larger ones, and
 * one absurd number of one machine would end the whole stream of all. What judges a value refuses these as it refuses the true ones.
 */
export function withBoundedNumbers<Service extends ServiceDefinition>(service: Service): Service {
  const methods = Object.entries(service).map(([name, method]) => {
    const { requestDeserialize, responseDeserialize } = method;
    // The generated functions hand what they get to decode(), which takes a reader as well as bytes.
    const reading =
      <T>(decode: (value: Buffer) => T) =>
      (value: Buffer) =>
        decode(new BoundedReader(value) as unknown as Buffer);
    return [name, { ...method, requestDeserialize: reading(requestDeserialize), responseDeserialize: reading(responseDeserialize) }];
  });
  // The same methods with the same types.
  return Object.fromEntries(methods) as Service;
}
