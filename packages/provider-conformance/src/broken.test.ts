import { test } from "vitest";
import { startReference } from "./reference/reference";
import { runConformance } from "./run";

test("x", async () => {
  const p = await startReference();
  const b = performance.now();
  const c = process.cpuUsage();
  const r = await runConformance({
    ...p,
    settings: {
      template: "debian",
      instanceType: "small",
      gpu: "H100",
      network: "default",
      imageUrl: { url: "https://images.example/alpine.raw", checksum: "" },
      heartbeatTimeoutMs: 1_000,
      taskTimeoutMs: 2_000,
      parallelism: 8,
      loadMachines: 9,
    },
  });
  console.log(
    performance.now() - b,
    process.cpuUsage(c),
    r.filter((x) => x.outcome === "failed"),
    r
      .slice()
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, 12)
      .map((x) => `${x.id} ${x.durationMs}`),
  );
  await p.stop();
});
