import { runProvider, StartError, systemClock } from "@remuda/provider-kit";
import { createVsphereClient, VsphereError } from "@remuda/vsphere-client";
import { version } from "./capabilities";
import { flags, readConfig } from "./config";
import { createVsphereProvider } from "./provider";

void runProvider({
  name: "provider-vsphere",
  version,
  about: "vCenter and ESXi",
  flags,
  create: (values, log) =>
    new Promise((resolve) => {
      const { connection, defaults } = readConfig(values);
      try {
        const client = createVsphereClient(connection);
        const watchBroken = (error: unknown) =>
          log.warn(
            { problem: error instanceof Error ? error.message : String(error) },
            "the watch of the inventory broke and is begun anew",
          );
        resolve(createVsphereProvider({ client, defaults, clock: systemClock, watchBroken }));
      } catch (error) {
        if (error instanceof VsphereError) throw new StartError(`--url, --thumbprint: ${error.message}`, { cause: error });
        throw error;
      }
    }),
});
