import { BinaryReader } from "@bufbuild/protobuf/wire";

/** google.rpc.ErrorInfo as far as the suite judges it: read here by hand, so that nothing mends what came over the wire. */
export const ErrorInfo = {
  decode(bytes: Uint8Array): { reason: string; domain: string } {
    const reader = new BinaryReader(bytes);
    const info = { reason: "", domain: "" };
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 1) info.reason = reader.string();
      else if (field === 2) info.domain = reader.string();
      else reader.skip(wireType, field);
    }
    return info;
  },
};
