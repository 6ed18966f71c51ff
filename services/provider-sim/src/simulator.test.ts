import { randomUUID } from "node:crypto";
import { CreateRequest, MachineState, PowerOperation, PowerState } from "@remuda/contract";
import { describe, expect, it } from "vitest";
import { machineRequest } from "./testing/requests";
import { never, simulate } from "./testing/simulate";

describe("a machine's life", () => {
  it("is created in a task, runs with an address, and is gone after its deletion", async () => {
    const { simulator, clock } = simulate();
    const request = machineRequest("web-1");
    const { virtualMachine, task } = await simulator.create(request, never);
    expect(virtualMachine).toMatchObject({ state: MachineState.CREATING, uid: request.uid, owner: "owner-1", powerState: PowerState.OFF });
    clock.advance(750);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: false, progressPercent: 50 });
    clock.advance(750);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toEqual({ done: true, virtualMachineId: virtualMachine.id });
    const key = { id: virtualMachine.id, uid: request.uid };
    const made = await simulator.describe(key, never);
    expect(made).toMatchObject({ state: MachineState.READY, powerState: PowerState.ON, interfaces: [{ addresses: ["10.77.0.2"] }] });

    const deletion = await simulator.delete(key, never);
    expect(await simulator.delete(key, never)).toBe(deletion);
    clock.advance(500);
    await expect(simulator.describe(key, never)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    expect(await simulator.delete(key, never)).toBeUndefined();
  });

  it("is made in its time though the date is set back meanwhile", async () => {
    const { simulator, clock } = simulate();
    const { task } = await simulator.create(machineRequest("web-1"), never);
    clock.setBack(3_600_000);
    clock.advance(1_000);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: false, progressPercent: 0 });
    clock.advance(500);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true });
  });

  it("is done in the reply where operations take no time", async () => {
    const { simulator } = simulate({ latencyMs: 0, guestShutdownMs: 0 });
    const request = machineRequest("web-1");
    const created = await simulator.create(request, never);
    expect(created.task).toBeUndefined();
    expect(created.virtualMachine.state).toBe(MachineState.READY);
    const key = { id: created.virtualMachine.id, uid: request.uid };
    expect(await simulator.power(key, { operation: PowerOperation.SHUTDOWN, gracefulTimeoutMs: 1000 }, never)).toBeUndefined();
    expect((await simulator.describe(key, never)).powerState).toBe(PowerState.OFF);
  });
});

describe("identity", () => {
  it("answers the same uid with the same machine, while it is being made, afterwards, and when the spec differs", async () => {
    const { simulator, clock } = simulate();
    const request = machineRequest("web-1");
    const first = await simulator.create(request, never);
    expect(await simulator.create(request, never)).toMatchObject({ task: first.task, virtualMachine: { id: first.virtualMachine.id } });
    clock.advance(1500);
    const other = CreateRequest.fromPartial({ ...request, spec: { ...request.spec, name: "other" } });
    expect(await simulator.create(other, never)).toMatchObject({ virtualMachine: { id: first.virtualMachine.id, name: "web-1" } });
    expect(simulator.state().machines).toHaveLength(1);
  });

  it("refuses a taken name, and another's machine", async () => {
    const { simulator } = simulate();
    const { virtualMachine } = await simulator.create(machineRequest("web-1"), never);
    await expect(simulator.create(machineRequest("web-1"), never)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    const stranger = { id: virtualMachine.id, uid: randomUUID() };
    const off = { operation: PowerOperation.OFF, gracefulTimeoutMs: 0 };
    await expect(simulator.delete(stranger, never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
    await expect(simulator.power(stranger, off, never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
  });
});
