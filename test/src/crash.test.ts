import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import type { VirtualMachine } from "@remuda/contract";
import { expect, test } from "vitest";
import { type Installation, nameOf, type Part, startInstallation, surroundings, uidOf } from "./installation";
import { eventually, freePort } from "./program";
import { insist, random } from "./seeded";
import { type Change, changed, declared, expectedOf, firstWanted, seenOn, unsettled, type Wanted } from "./wanted";

const machineCount = 200;
const killCount = 100;
const adoptCount = 20;
const batchSize = 10;
const seed = Number(process.env.REMUDA_CRASH_SEED ?? 20_261_121);

/** What was asked for in the end. */
interface Intent {
  machines: Map<string, Wanted>;
  /** Machines of other making that were taken over, by name. */
  adopted: Set<string>;
  /** Those that were let go again. */
  letGo: Set<string>;
  done: Record<Change | "delete", number>;
}

/** Creates, changes, adopts and deletes side by side, at whatever point of its life a machine is. */
async function operate(installation: Installation, foreign: ReadonlyMap<string, string>, next: () => number): Promise<Intent> {
  const machines = new Map<string, Wanted>();
  const [adopted, letGo] = [new Set<string>(), new Set<string>()];
  const done = { hardware: 0, disk: 0, labels: 0, power: 0, restart: 0, delete: 0 };
  const toAdopt = [...foreign.keys()];
  const rounds = machineCount / batchSize;

  const remove = (name: string) =>
    insist(`delete ${name}`, () =>
      installation.manager
        .delete({ kind: "VirtualMachine", name })
        .catch((error) => (String(error).includes("not_found") ? undefined : Promise.reject(error))),
    );
  const adopt = (name: string) =>
    insist(`adopt ${name}`, () => installation.manager.adopt({ provider: "sim", id: foreign.get(name) ?? "", name }));

  for (let round = 0; round < rounds; round += 1) {
    const deleted = [...machines.keys()].filter(() => next() < 0.03);
    for (const name of deleted) machines.delete(name);
    done.delete += deleted.length;
    const resources: JsonObject[] = [];
    for (const [name, wanted] of machines) {
      if (next() > 0.08) continue;
      const [change, better] = changed(wanted, next, Date.now());
      machines.set(name, better);
      done[change] += 1;
      resources.push(declared(name, better));
    }
    for (let i = 0; i < batchSize; i += 1) {
      const name = `vm-${round * batchSize + i}`;
      machines.set(name, firstWanted);
      resources.push(declared(name, firstWanted));
    }
    const taken = toAdopt.splice(0, adoptCount / rounds);
    const released = [...adopted].filter(() => next() < 0.03);
    for (const name of taken) adopted.add(name);
    for (const name of released) {
      adopted.delete(name);
      letGo.add(name);
    }
    await Promise.all([
      insist(`apply round ${round}`, () => installation.apply(...resources)),
      ...[...deleted, ...released].map(remove),
      ...taken.map(adopt),
    ]);
    await sleep(next() * 600);
  }
  return { machines, adopted, letGo, done };
}

async function killAtRandom(installation: Installation, next: () => number): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  for (let i = 0; i < killCount; i += 1) {
    await sleep(20 + next() * 380);
    const dice = next();
    const parts: Part[] = dice < 0.4 ? ["manager"] : dice < 0.8 ? ["provider"] : ["manager", "provider"];
    await installation.crash(parts);
    kills[parts.join("+")] = (kills[parts.join("+")] ?? 0) + 1;
  }
  return kills;
}

/** All of a machine but its marks. */
const nature = ({ uid: _, owner: __, ...rest }: VirtualMachine) => rest;
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

/** All resources, once each says that it is as wanted. */
const settledResources = (installation: Installation, { machines, adopted }: Intent): Promise<JsonObject[]> =>
  eventually(
    "every machine is as wanted",
    async () => {
      const resources = await installation.list("VirtualMachine");
      for (const resource of resources) {
        const name = nameOf(resource);
        const why = unsettled(resource, machines.get(name) ?? firstWanted);
        if (why !== undefined) throw new Error(`${name} is not as wanted: ${why}`);
      }
      if (resources.length !== machines.size + adopted.size) throw new Error(`${resources.length} resources`);
      return resources;
    },
    120_000,
  );

test(`kill -9 at ${killCount} moments while ${machineCount} machines come, change and go loses, doubles and leaves nothing (seed ${seed})`, async () => {
  const control = `127.0.0.1:${await freePort()}`;
  const latencies = ["--latency-ms", "create=300,delete=100,power=50,reconfigure=100", "--guest-shutdown-ms", "50"];
  const installation = await startInstallation({ simFlags: [...latencies, "--control-listen", control] });
  try {
    const foreign = new Map<string, string>();
    for (let i = 0; i < adoptCount + 5; i += 1) {
      const name = `legacy-${i}`;
      const answer = await fetch(`http://${control}/machines`, { method: "POST", body: JSON.stringify({ name }) });
      foreign.set(name, ((await answer.json()) as { id: string }).id);
    }
    const before = (await installation.machines()).map(nature).sort(byName);
    expect(before).toHaveLength(foreign.size);

    await installation.apply(...surroundings(installation.providerAddress));
    const [intent, kills] = await Promise.all([operate(installation, foreign, random(seed)), killAtRandom(installation, random(seed + 1))]);
    expect(Object.values(kills).reduce((a, b) => a + b)).toBe(killCount);
    for (const count of [...Object.values(intent.done), intent.letGo.size]) expect(count).toBeGreaterThan(0);

    await Promise.all([installation.ready("manager"), installation.ready("provider")]);
    const { machines, adopted } = intent;
    const resources = await settledResources(installation, intent);
    expect(resources.map(nameOf).sort()).toEqual([...machines.keys(), ...adopted].sort());

    // None lost, none doubled, none left, and each as it was declared last.
    const platform = await eventually("the platform settles", async () => {
      const found = await installation.machines();
      return found.length === machines.size + foreign.size ? found : undefined;
    });
    const ours = platform.filter(({ name }) => !foreign.has(name));
    const names = [...machines.keys()].sort();
    expect(ours.map(seenOn).sort(byName)).toEqual(names.map((name) => expectedOf(name, machines.get(name) ?? firstWanted)));
    expect(platform.flatMap(({ uid }) => uid || []).sort()).toEqual(resources.map(uidOf).sort());
    const { freeDisks, runningTasks } = (await (await fetch(`http://${control}/state`)).json()) as Record<string, unknown[]>;
    expect({ freeDisks, runningTasks }).toEqual({ freeDisks: [], runningTasks: [] });

    // What others made is as it was, and marked only where it still belongs to us.
    const theirs = platform.filter(({ name }) => foreign.has(name)).sort(byName);
    expect(theirs.map(nature)).toEqual(before);
    expect(theirs.filter(({ uid }) => uid !== "").map(({ name }) => name)).toEqual([...adopted].sort());
  } finally {
    await installation.stop();
  }
}, 300_000);
