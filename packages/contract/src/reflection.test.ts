import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { descriptorSetBase64 } from "./gen/descriptors";
import { createReflection, type ReflectionAnswer } from "./reflection";

const ask = createReflection(Buffer.from(descriptorSetBase64, "base64"), ["b.Service", "a.Service"]);
const filesOf = (answer: ReflectionAnswer) =>
  answer.case === "fileDescriptorResponse"
    ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes))
    : [];

test("only the services that are served are listed, sorted", () => {
  expect(ask({ case: "listServices", value: "" })).toEqual({
    case: "listServicesResponse",
    value: { service: [{ name: "a.Service" }, { name: "b.Service" }] },
  });
});

test.each([
  "remuda.provider.v1.ProviderService",
  "remuda.provider.v1.ProviderService.Create",
  "remuda.provider.v1.CreateRequest",
  "remuda.provider.v1.CreateRequest.spec",
  "remuda.provider.v1.POWER_OPERATION_ON",
])("%s is found with its file first, then every import, with comments", (symbol) => {
  const files = filesOf(ask({ case: "fileContainingSymbol", value: symbol }));
  expect(files[0]?.name).toBe("remuda/provider/v1/provider.proto");
  expect(files[0]?.sourceCodeInfo?.location.some((location) => location.leadingComments.includes("The machine's identity"))).toBe(true);
  const names = files.map((file) => file.name);
  expect(new Set(names).size).toBe(names.length);
  for (const file of files) for (const imported of file.dependency) expect(names).toContain(imported);
});

test("a file is found by its name", () => {
  expect(filesOf(ask({ case: "fileByFilename", value: "google/rpc/status.proto" }))[0]?.package).toBe("google.rpc");
});

test("what is not known is answered with NOT_FOUND, an empty question with INVALID_ARGUMENT", () => {
  expect(ask({ case: "fileContainingSymbol", value: "no.Such" })).toMatchObject({ case: "errorResponse", value: { errorCode: 5 } });
  expect(ask({ case: "fileByFilename", value: "no.proto" })).toMatchObject({ case: "errorResponse", value: { errorCode: 5 } });
  expect(ask({ case: "fileContainingExtension", value: { containingType: "a.B", extensionNumber: 1 } })).toMatchObject({
    case: "errorResponse",
    value: { errorCode: 5 },
  });
  expect(ask(undefined)).toMatchObject({ case: "errorResponse", value: { errorCode: 3 } });
});
