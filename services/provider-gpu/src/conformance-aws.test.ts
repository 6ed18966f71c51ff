import { createAws } from "@remuda/gpu-clouds";
import { fastClock, serveMotoProxy, startMoto } from "@remuda/gpu-clouds/doubles";
import { testProvider } from "@remuda/provider-conformance/vitest";
import { afterAll } from "vitest";
import { startOnDouble } from "./testing/start-on-double";

const moto = await startMoto();
if (moto) {
  afterAll(() => moto.stop());
  // Slower than time: a look at all of moto's types takes seconds.
  const slow = fastClock(0.2);
  testProvider({
    name: "AWS against moto",
    async start() {
      const proxy = await serveMotoProxy(moto.url, slow);
      const open = () =>
        createAws({
          region: "us-east-1",
          credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret-test" },
          image: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
          baseUrl: proxy.url,
          clock: slow,
        });
      return startOnDouble(open, proxy, slow);
    },
    settings: { image: "default", instanceType: "g4dn.xlarge", gpu: "T4", cpus: 4, memoryMiB: 16_384, loadMachines: 6 },
  });
} else if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("moto_server")) {
  throw new Error("moto_server is required here and isn't on the PATH");
} else {
  console.warn("moto_server isn't on the PATH: conformance of AWS is skipped");
}
