import { differences, leftovers } from "./at-rest";
import { createChance } from "./chance";
import { createChaos } from "./chaos";
import { createDisk } from "./disk";
import { replaceEventLoop } from "./event-loop";
import { DiskFull, type ManagerProcess, startManagerProcess } from "./manager-process";
import { createNetwork } from "./network";
import { createProfile } from "./profile";
import { createPromises } from "./promises";
import { createScheduler } from "./scheduler";
import { createSite } from "./site";
import { createTrace, type Trace } from "./trace";
import { createUsers } from "./users";
import type { World } from "./world";

export interface Outcome {
  seed: number;
  /** The promises that were broken; none: all were kept. */
  broken: readonly string[];
  trace: Trace;
  steps: number;
  /** Milliseconds from the end of what goes wrong until everything was as declared. */
  convergedMs: number;
  managers: number;
}

const readyMs = 30_000;
const mostConvergeMs = 30 * 60_000;
const repairEveryMs = 60_000;
const restMs = 15 * 60_000;
const quietMs = 90_000;
const atRest = new Set(["validate", "getCapabilities", "listVirtualMachines"]);

/** A platform's id is another one in each run. */
const repeatable = (key: string, value: unknown) => (key === "platformId" ? undefined : value);

/** The whole life of one installation, in virtual time. The same seed is the same life. */
export async function simulate(seed: number): Promise<Outcome> {
  const chance = createChance(seed);
  const profile = createProfile(chance.fork("profile"));
  const broken: string[] = [];
  const scheduler = createScheduler(chance.fork("order"), () => {});
  const trace = createTrace(() => scheduler.nowMs);
  const hosting = chance.fork("event loop");
  const putBack = replaceEventLoop(scheduler, () => hosting.between(0, profile.mostCommitMs));
  const report = (what: string) => {
    broken.push(what);
    trace.operation(`BROKEN: ${what}`);
  };
  const onRejection = (reason: unknown) =>
    report(`a promise was rejected and nobody took it: ${reason instanceof Error ? reason.stack : reason}`);
  process.on("unhandledRejection", onRejection);
  try {
    return await live();
  } finally {
    putBack();
    process.off("unhandledRejection", onRejection);
  }

  async function live(): Promise<Outcome> {
    let uids = 0;
    const newUid = () => `00000000-0000-4000-8000-${String(++uids).padStart(12, "0")}`;
    const disk = createDisk(newUid);
    const network = createNetwork(scheduler, chance.fork("network"), trace);
    const sites = profile.sites.map((site) => createSite({ ...site, scheduler, chance: chance.fork(site.name) }));
    const supervisor = chance.fork("supervisor");
    let manager: ManagerProcess | undefined;
    let managers = 0;
    let reconciles = 0;
    let calls = 0;

    const step = (at: "commit" | "send" | "answer") => {
      const deadly = world.deadlyStep;
      if (deadly?.at !== at || --deadly.countdown > 0) return;
      world.deadlyStep = undefined;
      world.killManager(`at a ${at}`);
    };
    const startManager = () => {
      trace.operation(`manager ${++managers} starts`);
      manager = startManagerProcess({
        disk,
        network,
        sites,
        scheduler,
        chance: chance.fork(`manager ${managers}`),
        trace,
        newUid,
        wallOffsetMs: () => world.wallOffsetMs,
        checkDisk() {
          if (world.diskFull) throw new DiskFull("no space left on device");
        },
        guard(_process, moment, method, request, site) {
          if (moment === "send") {
            promises.sent(method, request, site);
            if (!atRest.has(method)) calls++;
          } else promises.look();
          step(moment);
        },
        guardCommit(_process, moment, batch) {
          if (moment === "before") promises.committing(batch);
          else promises.look();
          step("commit");
        },
        onFault: report,
        onReconcile(controller) {
          if (controller === "machine") reconciles++;
          promises.reconciled(controller);
        },
      });
    };
    const restart = () => scheduler.after(supervisor.pick([1, 50, 1000, 10_000]), startManager);
    const world: World = {
      profile,
      chance,
      scheduler,
      trace,
      disk,
      network,
      sites,
      get manager() {
        return manager;
      },
      killManager(why) {
        if (!manager) return;
        trace.operation(`manager ${managers} dies ${why}`);
        manager.kill();
        manager = undefined;
        restart();
      },
      stopManager() {
        const stopping = manager;
        if (!stopping?.ready) return;
        trace.operation(`manager ${managers} is told to stop`);
        const cancel = scheduler.after(120_000, () => manager === stopping && report("the manager did not stop within 120 s"));
        void stopping.stop().then(() => {
          cancel();
          if (manager !== stopping) return;
          trace.operation(`manager ${managers} has stopped`);
          manager = undefined;
          restart();
        });
      },
      broken: report,
      vanished: new Set(),
      drifted: new Set(),
      letGo: new Set(),
      deadlyStep: undefined,
      diskFull: false,
      wallOffsetMs: 0,
    };
    const promises = createPromises(world);
    const users = createUsers(world);
    const chaos = createChaos(world);
    const advance = (ms: number) => scheduler.advance(ms, () => broken.length > 0);
    /** Waits until nothing is found any more; what is still found at the end breaks a promise. */
    const until = async (what: string, mostMs: number, find: () => string[] | Promise<string[]>, meanwhile: () => void) => {
      const beganMs = scheduler.nowMs;
      for (;;) {
        const found = await find();
        if (found.length === 0 || broken.length > 0) return;
        if (scheduler.nowMs - beganMs >= mostMs) {
          for (const { metadata, status } of disk.machines()) trace.detail(`${metadata.name}: ${JSON.stringify(status, repeatable)}`);
          return report(`${what} after ${mostMs / 60_000} minutes: ${found.join("; ")}`);
        }
        if ((scheduler.nowMs - beganMs) % repairEveryMs === repairEveryMs / 2) meanwhile();
        await advance(repairEveryMs / 6);
      }
    };

    startManager();
    await until(
      "the manager is not ready",
      readyMs,
      () => (manager?.ready ? [] : ["still starting"]),
      () => {},
    );
    users.begin();
    await advance(1000);
    const timing = chance.fork("timing");
    const endMs = scheduler.nowMs + profile.turmoilMs;
    const repeat = (meanMs: number, act: () => void) => {
      const next = () =>
        scheduler.after(timing.pauseMs(meanMs), () => {
          if (scheduler.nowMs >= endMs) return;
          act();
          next();
        });
      next();
    };
    repeat(profile.operationEveryMs, users.act);
    repeat(profile.faultEveryMs, chaos.strike);
    await advance(profile.turmoilMs);

    chaos.end();
    const calmMs = scheduler.nowMs;
    await until("not as declared", mostConvergeMs, () => differences(world), users.repair);
    const convergedMs = scheduler.nowMs - calmMs;

    // What goes on by itself when nothing is left to do would go on for ever.
    await advance(60_000);
    [reconciles, calls] = [0, 0];
    await advance(restMs);
    if (broken.length === 0) {
      for (const what of await differences(world)) report(`at rest: ${what}`);
      if (calls > 0) report(`${calls} calls about machines while nothing was left to do`);
      if (reconciles > disk.machines().length) report(`${reconciles} reconciles of machines while nothing was left to do`);
    }

    // With nothing else that could wake it, a machine must be told of what happens to it alone.
    for (const act of [chaos.stopOne, chaos.robOne, users.changeOne, chaos.vanishOne]) {
      if (broken.length > 0) break;
      act();
      await advance(1000);
      await until(
        "what happened while all was quiet is not settled",
        quietMs,
        () => differences(world),
        () => {},
      );
    }

    users.deleteAll();
    await until("not all is gone", mostConvergeMs, () => leftovers(world), users.deleteAll);
    if (broken.length === 0) trace.operation("all promises were kept");
    manager?.kill();
    for (const { platform } of sites) await platform.close();
    return { seed, broken, trace, steps: scheduler.steps, convergedMs, managers };
  }
}
