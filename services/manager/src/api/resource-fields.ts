import { create, type DescMessage, type JsonObject, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { HandlerContext } from "@connectrpc/connect";
import type { Resource } from "@remuda/resources";
import { createStructEncoder } from "./struct-encoder";

const encodeStruct = createStructEncoder();

/** A stored resource is JSON by its nature. */
const toStruct = (resource: Resource): JsonObject => resource as unknown as JsonObject;

/**
 * The message with resources in one of its fields. For an answer in protobuf's binary form they are put in already encoded, in the way that
 * fields which a message's schema doesn't know are carried on: the bytes are the same.
 */
export function withResources<Message extends DescMessage>(
  schema: Message,
  rest: MessageInitShape<Message>,
  field: keyof Message["field"] & string,
  resources: readonly Resource[],
  context: Pick<HandlerContext, "requestHeader">,
): MessageShape<Message> {
  const message = create(schema, rest);
  const { number: no = 0, fieldKind } = schema.field[field] ?? {};
  if (isBinary(context)) {
    message.$unknown = resources.map((resource) => ({ no, wireType: WireType.LengthDelimited, data: encodeStruct(toStruct(resource)) }));
    return message;
  }
  const structs = resources.map(toStruct);
  return Object.assign(message, { [field]: fieldKind === "list" ? structs : structs[0] });
}

const isBinary = ({ requestHeader }: Pick<HandlerContext, "requestHeader">) => {
  const type = requestHeader.get("content-type") ?? "";
  return /^application\/(grpc|grpc-web|connect\+proto|proto|grpc\+proto|grpc-web\+proto)$/.test(type.split(";")[0]?.trim() ?? "");
};
