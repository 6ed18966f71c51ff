import { little } from "./reference/capabilities";
import { startReference } from "./reference/reference";
import { testProvider } from "./vitest";

const settings = {
  template: "debian",
  instanceType: "small",
  gpu: "H100",
  network: "default",
  imageUrl: { url: "https://images.example/alpine.raw", checksum: "" },
  heartbeatTimeoutMs: 1_000,
  taskTimeoutMs: 2_000,
};

testProvider({ name: "the reference with everything", start: () => startReference(), settings });
testProvider({ name: "the reference with little", start: () => startReference(little), settings });
