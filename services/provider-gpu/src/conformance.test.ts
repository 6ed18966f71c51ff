import {
  createAws,
  createDigitalOcean,
  createGce,
  createLambda,
  createScaleway,
  createTensorDock,
  createVast,
  createVultr,
} from "@remuda/gpu-clouds";
import {
  fastClock,
  serveDigitalOcean,
  serveGce,
  serveLambda,
  serveMotoProxy,
  serveScaleway,
  serveTensorDock,
  serveVast,
  serveVultr,
  startMoto,
} from "@remuda/gpu-clouds/doubles";
import { testProvider } from "@remuda/provider-conformance/vitest";
import { afterAll } from "vitest";
import { startOnDouble } from "./testing/start-on-double";

const clock = fastClock(2_000);
const sshKey = "ssh-ed25519 AAAAconformance conformance@example";

testProvider({
  name: "Lambda's double",
  async start() {
    const double = await serveLambda({ clock });
    return startOnDouble(() => createLambda({ key: double.key, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", instanceType: "gpu_1x_a10", gpu: "A10", cpus: 30, memoryMiB: 204_800 },
});

testProvider({
  name: "Vast.ai's double",
  async start() {
    const double = await serveVast({ clock });
    return startOnDouble(() => createVast({ key: double.key, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", gpu: "RTX-4090", cpus: 16, memoryMiB: 65_536 },
});

testProvider({
  name: "TensorDock's double",
  async start() {
    const double = await serveTensorDock({ clock });
    return startOnDouble(() => createTensorDock({ token: double.key, sshKey, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", gpu: "RTX-4090", cpus: 8, memoryMiB: 32_768 },
});

testProvider({
  name: "Vultr's double",
  async start() {
    const double = await serveVultr({ clock });
    return startOnDouble(() => createVultr({ key: double.key, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", instanceType: "vcg-a16-6c-64g-16vram", gpu: "A16", cpus: 6, memoryMiB: 65_536 },
});

testProvider({
  name: "Scaleway's double",
  async start() {
    const double = await serveScaleway({ clock });
    const zones = ["fr-par-2", "pl-waw-2"];
    const open = () => createScaleway({ secretKey: double.key, projectId: double.projectId, zones, baseUrl: double.url, clock });
    return startOnDouble(open, double, clock);
  },
  settings: { image: "default", instanceType: "L4-1-24G", gpu: "L4", cpus: 8, memoryMiB: 49_152 },
});

testProvider({
  name: "DigitalOcean's double",
  async start() {
    const double = await serveDigitalOcean({ clock });
    return startOnDouble(() => createDigitalOcean({ token: double.key, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", instanceType: "gpu-4000adax1-20gb", gpu: "RTX-4000-ADA", cpus: 8, memoryMiB: 32_768 },
});

testProvider({
  name: "Compute Engine's double",
  async start() {
    const double = await serveGce({ clock });
    const accessToken = () => Promise.resolve(double.key);
    return startOnDouble(() => createGce({ project: double.project, accessToken, baseUrl: double.url, clock }), double, clock);
  },
  settings: { image: "default", instanceType: "g2-standard-8", gpu: "L4", cpus: 8, memoryMiB: 32_768 },
});

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
