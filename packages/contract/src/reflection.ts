import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

/** What a client asks: the `message_request` of grpc.reflection.v1 and v1alpha. */
export type ReflectionQuestion =
  | { case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType" | "listServices"; value: string }
  | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } };

/** What it is told: the `message_response` of both versions. */
export type ReflectionAnswer =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

const notFound = 5;
const invalidArgument = 3;

/**
 * Answers server reflection from a serialized google.protobuf.FileDescriptorSet, comments included. Only `services` are listed; of all else
 * every file is shown. The set is read at the first question.
 */
export function createReflection(
  descriptorSet: Uint8Array,
  services: readonly string[],
): (question: ReflectionQuestion | undefined) => ReflectionAnswer {
  let index: Index | undefined;
  const listed = [...services].sort().map((name) => ({ name }));
  return (question) => {
    index ??= readIndex(descriptorSet);
    switch (question?.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: listed } };
      case "fileByFilename":
        return answerFile(index, question.value, `file ${question.value}`);
      case "fileContainingSymbol":
        return answerFile(index, index.fileOfSymbol.get(question.value.replace(/^\./, "")), `symbol ${question.value}`);
      // No file of Remuda is proto2, so no message has extensions.
      case "allExtensionNumbersOfType":
        return index.fileOfSymbol.has(question.value)
          ? { case: "allExtensionNumbersResponse", value: { baseTypeName: question.value, extensionNumber: [] } }
          : failed(notFound, `type ${question.value} is not known`);
      case "fileContainingExtension":
        return failed(notFound, `${question.value.containingType} has no extension ${question.value.extensionNumber}`);
      default:
        return failed(invalidArgument, "the request asks nothing");
    }
  };
}

interface Index {
  files: Map<string, FileDescriptorProto>;
  fileOfSymbol: Map<string, string>;
  /** A file and everything that it imports, each once, as bytes. */
  closures: Map<string, Uint8Array[]>;
}

function readIndex(descriptorSet: Uint8Array): Index {
  const files = new Map(fromBinary(FileDescriptorSetSchema, descriptorSet).file.map((file) => [file.name, file]));
  const fileOfSymbol = new Map<string, string>();
  for (const file of files.values()) for (const symbol of symbolsOf(file)) fileOfSymbol.set(symbol, file.name);
  return { files, fileOfSymbol, closures: new Map() };
}

function answerFile(index: Index, name: string | undefined, asked: string): ReflectionAnswer {
  const known = name === undefined ? undefined : index.files.get(name);
  if (!known) return failed(notFound, `${asked} is not known`);
  let fileDescriptorProto = index.closures.get(known.name);
  if (!fileDescriptorProto) {
    fileDescriptorProto = [...closureOf(index, known.name, new Map()).values()].map((file) => toBinary(FileDescriptorProtoSchema, file));
    index.closures.set(known.name, fileDescriptorProto);
  }
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function closureOf(index: Index, name: string, seen: Map<string, FileDescriptorProto>): Map<string, FileDescriptorProto> {
  const file = index.files.get(name);
  if (!file || seen.has(name)) return seen;
  seen.set(name, file);
  for (const imported of file.dependency) closureOf(index, imported, seen);
  return seen;
}

function* symbolsOf(file: FileDescriptorProto): Generator<string> {
  const prefix = file.package === "" ? "" : `${file.package}.`;
  for (const message of file.messageType) yield* symbolsOfMessage(prefix, message);
  for (const enumeration of file.enumType) yield* symbolsOfEnum(prefix, enumeration);
  for (const service of file.service) {
    yield prefix + service.name;
    for (const method of service.method) yield `${prefix}${service.name}.${method.name}`;
  }
}

function* symbolsOfMessage(prefix: string, message: DescriptorProto): Generator<string> {
  const name = prefix + message.name;
  yield name;
  for (const field of message.field) yield `${name}.${field.name}`;
  for (const oneof of message.oneofDecl) yield `${name}.${oneof.name}`;
  for (const nested of message.nestedType) yield* symbolsOfMessage(`${name}.`, nested);
  for (const enumeration of message.enumType) yield* symbolsOfEnum(`${name}.`, enumeration);
}

// Protobuf scopes an enum's values beside the enum, not inside it.
function* symbolsOfEnum(prefix: string, enumeration: EnumDescriptorProto): Generator<string> {
  yield prefix + enumeration.name;
  for (const value of enumeration.value) yield prefix + value.name;
}

const failed = (errorCode: number, errorMessage: string): ReflectionAnswer => ({
  case: "errorResponse",
  value: { errorCode, errorMessage },
});
