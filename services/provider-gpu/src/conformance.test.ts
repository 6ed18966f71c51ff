import { createDigitalOcean, createGce, createLambda, createScaleway, createTensorDock, createVast, createVultr } from "@remuda/gpu-clouds";
import {
  fastClock,
  serveDigitalOcean,
  serveGce,
  serveLambda,
  serveScaleway,
  serveTensorDock,
  serveVast,
  serveVultr,
} from "@remuda/gpu-clouds/doubles";
import { testProvider } from "@remuda/provider-conformance/vitest";
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
