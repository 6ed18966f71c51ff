import { connect } from "@remuda/libvirt-client";
import { startDaemon } from "@remuda/libvirt-client/testing";
import { testProvider } from "@remuda/provider-conformance/vitest";
import { describe } from "vitest";
import { daemonHere } from "./testing/peers";
import { serve } from "./testing/serve";
import { addImage, image, openTestProvider, qemuUri, testUri } from "./testing/world";

describe.runIf(daemonHere)("provider-libvirt", () => {
  testProvider({
    name: "libvirt's own test driver",
    async start() {
      const daemon = await startDaemon({ bare: true });
      // The test driver forgets everything when its last connection closes.
      const keeper = await connect(testUri(daemon));
      const stop = async () => {
        await keeper.close();
        await daemon.stop();
      };
      return serve(() => openTestProvider(testUri(daemon), "test", "default-pool"), stop);
    },
    settings: { taskTimeoutMs: 30_000, heartbeatTimeoutMs: 2_000, network: "default" },
  });

  testProvider({
    name: "QEMU",
    async start() {
      const daemon = await startDaemon();
      await addImage(daemon);
      return serve(() => openTestProvider(qemuUri(daemon), "qemu"), daemon.stop);
    },
    settings: {
      image,
      memoryMiB: 160,
      network: "default",
      taskTimeoutMs: 180_000,
      heartbeatTimeoutMs: 2_000,
      loadMachines: 6,
      promptMs: 5_000,
    },
  });
});
