import { createProviderClient, type ProviderClient } from "@remuda/contract";
import type { Dial } from "../provider/controller";

/** Dials over gRPC, with some of the calls replaced. */
export const dialWith =
  (replace: (client: ProviderClient) => Partial<ProviderClient>): Dial =>
  ({ address, credentials, channelOptions }) => {
    const client = createProviderClient({ address, credentials, channelOptions });
    return { ...client, ...replace(client) };
  };
