import { startProvider } from "@remuda/provider-kit";
import { createSimulator } from "@remuda/provider-sim";
import type { VirtualMachine } from "@remuda/resources";
import { afterEach, expect, test } from "vitest";
import { createPhase } from "../testing/phase";
import { basics, condition, createWorld, machine, ready, type World } from "../testing/world";
import { tellMaking } from "./making";
import { condition as conditionOf } from "./work";

let world: World;
afterEach(() => world?.close());

/** A world in which a machine is being made for as long as the test takes. */
async function making() {
  world = await createWorld({ sim: { latencyMs: 600_000 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isBeingMade);
}
const isBeingMade = (vm: VirtualMachine) => vm.status?.task !== undefined && ready(vm)?.reason === "Launching";
const isAway = (vm: VirtualMachine) => condition(vm, "Observed")?.status === "Unknown" && ready(vm)?.reason === "ProviderNotReady";
/** As it was before its provider went away. */
const isBack = (vm: VirtualMachine) => isBeingMade(vm) && condition(vm, "Observed") === undefined;

test("a machine that is being made says that its provider is away, and that it is being made once it is back", async () => {
  await making();
  await world.stopProvider();
  const away = await world.machine("web", isAway);
  for (const type of ["Ready", "Observed"]) expect(condition(away, type)?.message).toContain(world.provider.address);
  expect(away.status?.phase).toBe("Creating");
  await world.startProvider();
  await world.machine("web", isBack);
});

test("also a manager that starts while the provider is away says so", async () => {
  await making();
  await world.stopProvider();
  await world.restartManager();
  await world.machine("web", isAway);
  await world.startProvider();
  await world.machine("web", isBack);
});

test("a machine that is being made says that its provider leads to another platform", async () => {
  await making();
  const options = { name: "provider-sim", version: "0", listen: "127.0.0.1:0", log: "silent", drainTimeoutMs: 50 } as const;
  const other = await startProvider(createSimulator(), options);
  try {
    const [provider] = basics(other.address);
    await world.apply(provider ?? {});
    const away = await world.machine("web", isAway);
    expect(ready(away)?.message).toContain("answers for another platform");
    await world.apply(...basics(world.provider.address));
    await world.machine("web", isBack);
  } finally {
    await other.close();
  }
});

test("what a machine failed with goes on being told while its provider is away", async () => {
  const phase = await createPhase({
    standing: () => "lost",
    status: {
      launchedAt: "2026-01-01T00:00:00.000Z",
      provider: "sim",
      conditions: [
        { type: "Ready", status: "False", reason: "NO_CAPACITY", message: "full", lastTransitionTime: "2026-01-01T00:00:00.000Z" },
      ],
    },
  });
  const work = await phase.begin();
  await tellMaking(work, phase.connection, phase.context);
  expect(conditionOf(work.status, "Observed")).toMatchObject({ status: "Unknown", reason: "ProviderNotReady" });
  expect(conditionOf(work.status, "Ready")?.reason).toBe("NO_CAPACITY");
});
