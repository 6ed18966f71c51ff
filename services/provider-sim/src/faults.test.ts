import { MachineState, PowerState, ProviderError } from "@remuda/contract";
import type { MachineEvent } from "@remuda/provider-kit";
import { describe, expect, it } from "vitest";
import type { FaultsInput } from "./faults";
import { machineRequest } from "./testing/requests";
import { never, simulate } from "./testing/simulate";

const uid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** A fixed piece of work under faults, told as a list of what happened. */
async function story(faults: FaultsInput, seed: number): Promise<string[]> {
  const { simulator, clock } = simulate({ faults }, seed);
  const told: string[] = [];
  for (let n = 0; n < 60; n++) {
    const outcome = await simulator.create(machineRequest(`vm-${n}`, {}, uid(n)), never).then(
      ({ virtualMachine }) => virtualMachine.id,
      (error: unknown) => (error instanceof ProviderError ? error.reason : String(error)),
    );
    told.push(outcome);
    clock.advance(700);
  }
  clock.advance(120_000);
  for (const { name, state, power } of simulator.state().machines) told.push(`${name} ${state} ${power}`);
  return [...told, ...simulator.events().map(({ timeMs, event, fields }) => `${timeMs} ${event} ${fields.id}`)];
}

describe("faults", () => {
  const faults: FaultsInput = {
    errors: [{ rpc: "create", reason: "RATE_LIMITED", rate: 0.2 }],
    lostReplies: [{ rpc: "create", rate: 0.2 }],
    failTasks: [{ operation: "create", rate: 0.3 }],
    machines: { vanishPerMinute: 6, stopPerMinute: 6, startPerMinute: 3, changePerMinute: 3 },
  };

  it("strike alike with the same seed, and otherwise with another", async () => {
    const first = await story(faults, 5);
    expect(first.filter((line) => line === "RATE_LIMITED").length).toBeGreaterThan(3);
    expect(first.some((line) => line.includes("vanished"))).toBe(true);
    expect(await story(faults, 5)).toEqual(first);
    expect(await story(faults, 6)).not.toEqual(first);
  });

  it("lose a reply whose work was done, so that the same call finds the machine", async () => {
    const { simulator } = simulate({ faults: { lostReplies: [{ rpc: "create", rate: 1 }] } });
    const request = machineRequest("m");
    await expect(simulator.create(request, never)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    const [made] = simulator.state().machines;
    simulator.faults.replace({ ...simulator.faults.current(), lostReplies: [] });
    expect((await simulator.create(request, never)).virtualMachine.id).toBe(made?.id);
  });

  it("fail calls before they do anything, with the reason and the wait that were set", async () => {
    const { simulator } = simulate({ faults: { errors: [{ rpc: "create", reason: "QUOTA_EXCEEDED", rate: 1, retryAfterMs: 700 }] } });
    await expect(simulator.create(machineRequest("m"), never)).rejects.toMatchObject({ reason: "QUOTA_EXCEEDED", retryAfterMs: 700 });
    expect(simulator.state().machines).toEqual([]);
  });

  it("delay calls, which still end when they are cancelled", async () => {
    const { simulator, clock } = simulate({ faults: { slow: [{ rpc: "validate", rate: 1, minMs: 1000, maxMs: 1000 }] } });
    const stop = new AbortController();
    const [cancelled, patient] = [simulator.validate(stop.signal), simulator.validate(never)];
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ reason: "INTERRUPTED" });
    clock.advance(1000);
    expect(await patient).toMatchObject({ platform: "sim" });
  });
});

describe("watch", () => {
  it("gives what is there, a bookmark, and then each owner's changes, also those that no call made", async () => {
    const { simulator, make, finish } = simulate();
    const { key } = await make("m");
    const stop = new AbortController();
    const events = simulator.watch({ owner: "owner-1" }, stop.signal)[Symbol.asyncIterator]();
    const next = async () => (await events.next()).value as MachineEvent; // The stream lasts until it is stopped.
    expect(await next()).toMatchObject({ type: "present", virtualMachine: { id: key.id } });
    expect(await next()).toEqual({ type: "bookmark" });
    const id = await simulator.addForeignMachine({ name: "foreign" });
    simulator.incidents.stop(key.id);
    expect(await next()).toMatchObject({ type: "present", virtualMachine: { id: key.id, powerState: PowerState.OFF } });
    await simulator.delete(key, never);
    expect(await next()).toMatchObject({ type: "present", virtualMachine: { id: key.id, state: MachineState.DELETING } });
    finish();
    expect(await next()).toEqual({ type: "gone", ...key });
    const pending = next();
    stop.abort();
    expect(await pending).toBeUndefined();

    const all = [];
    for await (const machine of simulator.list({}, never)) all.push(machine);
    expect(all).toMatchObject([{ id, uid: "", owner: "" }]);
    await expect(simulator.delete({ id, uid: key.uid }, never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
  });
});
