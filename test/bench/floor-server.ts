import { Server, ServerCredentials } from "@grpc/grpc-js";
import { CreateResponse, ProviderServiceService } from "@remuda/contract";

/** The least that a provider could be: it answers every Create with the same bytes. Arguments: the address and the answer in base64. */
const [address = "", answer = ""] = process.argv.slice(2);
const response = CreateResponse.decode(Buffer.from(answer, "base64"));
const server = new Server();
server.addService(
  { create: ProviderServiceService.create },
  {
    create: (_call: unknown, respond: (error: null, response: CreateResponse) => void) => respond(null, response),
  },
);
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  process.send?.("listening");
});
// The bench's end is its end.
process.on("disconnect", () => process.exit(0));
