import { runProvider } from "@remuda/provider-kit";
import { version } from "./capabilities";
import { flags, readConfig } from "./config";
import { createGpuProvider } from "./gpu-provider";

void runProvider({
  name: "provider-gpu",
  version,
  about: "cloud GPUs: one cloud account behind the Provider contract",
  flags,
  create(values, log) {
    const { cloud, account } = readConfig(values);
    log.info({ cloud: cloud.name }, "cloud chosen");
    return Promise.resolve(createGpuProvider(cloud, { account }));
  },
});
