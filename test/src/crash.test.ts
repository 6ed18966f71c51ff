import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { allRunning, type Installation, machine, nameOf, type Part, startInstallation, surroundings, uidOf } from "./installation";
import { eventually } from "./program";

const machineCount = 200;
const killCount = 50;
const seed = Number(process.env.REMUDA_CRASH_SEED ?? 20_261_121);

/** mulberry32: small, seeded, good enough to choose moments. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A caller that repeats what failed, as an operator's automation does while the manager is away. */
async function insist(what: string, call: () => Promise<unknown>): Promise<void> {
  await eventually(what, async () => {
    await call();
    return true;
  });
}

async function createAndDelete(installation: Installation, next: () => number): Promise<Set<string>> {
  const declared = new Set<string>();
  for (let i = 0; i < machineCount; i += 10) {
    const batch = Array.from({ length: 10 }, (_, j) => `vm-${i + j}`);
    await insist(`apply ${batch[0]} …`, () => installation.apply(...batch.map((name) => machine(name))));
    for (const name of batch) declared.add(name);
    // Every third machine that was declared so far goes again, at whatever point of its life it is.
    for (const name of [...declared].filter(() => next() < 0.04)) {
      await insist(`delete ${name}`, () =>
        installation.manager
          .delete({ kind: "VirtualMachine", name })
          .catch((error) => (String(error).includes("not_found") ? undefined : Promise.reject(error))),
      );
      declared.delete(name);
    }
    await sleep(next() * 400);
  }
  return declared;
}

async function killAtRandom(installation: Installation, next: () => number): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  for (let i = 0; i < killCount; i += 1) {
    await sleep(20 + next() * 500);
    const dice = next();
    const parts: Part[] = dice < 0.4 ? ["manager"] : dice < 0.8 ? ["provider"] : ["manager", "provider"];
    await installation.crash(parts);
    kills[parts.join("+")] = (kills[parts.join("+")] ?? 0) + 1;
  }
  return kills;
}

test(`kill -9 at ${killCount} moments while ${machineCount} machines come and go loses, doubles and leaves nothing (seed ${seed})`, async () => {
  const installation = await startInstallation({ simFlags: ["--latency-ms", "create=300,delete=100,power=50"] });
  try {
    await installation.apply(...surroundings(installation.providerAddress));
    const [declared, kills] = await Promise.all([
      createAndDelete(installation, random(seed)),
      killAtRandom(installation, random(seed + 1)),
    ]);
    expect(Object.values(kills).reduce((a, b) => a + b)).toBe(killCount);

    await Promise.all([installation.ready("manager"), installation.ready("provider")]);
    const resources = await allRunning(installation, declared.size, 120_000);
    expect(new Set(resources.map(nameOf))).toEqual(declared);

    const platform = await eventually("the platform settles", async () => {
      const machines = await installation.machines();
      return machines.length === declared.size ? machines : undefined;
    });
    expect(platform.map((m) => m.uid).sort()).toEqual(resources.map(uidOf).sort());
    expect(platform.map((m) => m.name).sort()).toEqual([...declared].sort());
  } finally {
    await installation.stop();
  }
}, 300_000);
