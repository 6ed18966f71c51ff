import { Change, Firmware, MachineState, PowerOperation, PowerState } from "@remuda/contract";
import { describe, expect, it } from "vitest";
import { machineRequest, machineSpec } from "./testing/requests";
import { never, simulate } from "./testing/simulate";

const op = (operation: PowerOperation, gracefulTimeoutMs = 60_000) => ({ operation, gracefulTimeoutMs });

describe("power", () => {
  it("waits for the guest, but no longer than the timeout, and force ends the wait", async () => {
    const { simulator, clock, make } = simulate({ guestShutdownMs: 10_000 });
    const { key } = await make("slow");
    const powerOf = async () => (await simulator.describe(key, never)).powerState;
    const polite = await simulator.power(key, op(PowerOperation.SHUTDOWN, 3_000), never);
    clock.advance(3_300);
    expect(await powerOf()).toBe(PowerState.ON);
    clock.advance(100);
    expect(await powerOf()).toBe(PowerState.OFF);
    expect(await simulator.isTaskComplete(polite ?? "", 0, never)).toMatchObject({ done: true });

    await simulator.power(key, op(PowerOperation.ON), never);
    clock.advance(400);
    const patient = await simulator.power(key, op(PowerOperation.SHUTDOWN), never);
    expect(await simulator.power(key, op(PowerOperation.SHUTDOWN), never)).toBe(patient);
    await simulator.power(key, op(PowerOperation.OFF), never);
    clock.advance(400);
    expect(await powerOf()).toBe(PowerState.OFF);
    expect(await simulator.isTaskComplete(patient ?? "", 0, never)).toMatchObject({ done: true, error: { reason: "INTERRUPTED" } });
  });

  it("suspends and resumes, answers at once where a machine is there already, and hides addresses of what does not run", async () => {
    const { simulator, make, finish } = simulate();
    const { key, machine } = await make("m");
    expect(await simulator.power(key, op(PowerOperation.ON), never)).toBeUndefined();
    await simulator.power(key, op(PowerOperation.SUSPEND), never);
    finish();
    expect(await simulator.describe(key, never)).toMatchObject({
      powerState: PowerState.SUSPENDED,
      guestAgent: undefined,
      interfaces: [{ addresses: [] }],
    });
    expect(await simulator.power(key, op(PowerOperation.SUSPEND), never)).toBeUndefined();
    await simulator.power(key, op(PowerOperation.ON), never);
    finish();
    expect((await simulator.describe(key, never)).interfaces).toEqual(machine.interfaces);
    await simulator.power(key, op(PowerOperation.OFF), never);
    finish();
    await expect(simulator.power(key, op(PowerOperation.REBOOT), never)).rejects.toMatchObject({ reason: "CONFLICT" });
  });

  it("refuses a machine that is busy, with a time to try again", async () => {
    const { simulator } = simulate();
    const request = machineRequest("young");
    const { virtualMachine } = await simulator.create(request, never);
    const key = { id: virtualMachine.id, uid: request.uid };
    await expect(simulator.power(key, op(PowerOperation.OFF), never)).rejects.toMatchObject({ reason: "CONFLICT", retryAfterMs: 500 });
  });
});

describe("reconfigure", () => {
  const hardware = { cpus: 2, memoryMib: 2048, hotAdd: { maxCpus: 4, maxMemoryMib: 4096 } };

  it("changes live what the room to grow allows, and tells what needs a restart", async () => {
    const { simulator, make, finish } = simulate();
    const { key } = await make("m", { hardware, disks: [{ name: "root", sizeGib: 10, boot: true }] });
    const spec = machineSpec("m", {
      hardware: { ...hardware, cpus: 4, memoryMib: 8192, firmware: Firmware.UEFI },
      disks: [
        { name: "root", sizeGib: 20, boot: true },
        { name: "data", sizeGib: 5 },
      ],
      interfaces: [
        { name: "eth0", network: "default" },
        { name: "eth1", network: "lab" },
      ],
      labels: { tier: "db" },
    });
    const { restartRequired } = await simulator.reconfigure(key, { spec, allowRestart: false }, never);
    expect(restartRequired).toEqual([Change.MEMORY_UP, Change.FIRMWARE]);
    finish();
    const machine = await simulator.describe(key, never);
    expect(machine).toMatchObject({
      powerState: PowerState.ON,
      hardware: { cpus: 4, memoryMib: 2048, firmware: 0 },
      labels: { tier: "db" },
    });
    expect(machine.disks.map(({ name, capacityBytes }) => [name, capacityBytes / 2 ** 30]).sort()).toEqual([
      ["data", 5],
      ["root", 20],
    ]);
    expect(machine.interfaces.map(({ name, network }) => [name, network])).toEqual([
      ["eth0", "default"],
      ["eth1", "lab"],
    ]);

    const second = await simulator.reconfigure(key, { spec, allowRestart: true }, never);
    expect(second.restartRequired).toEqual([]);
    finish();
    expect(await simulator.describe(key, never)).toMatchObject({
      powerState: PowerState.ON,
      hardware: { cpus: 4, memoryMib: 8192, firmware: Firmware.UEFI },
    });
    expect(await simulator.reconfigure(key, { spec, allowRestart: true }, never)).toEqual({ restartRequired: [] });
  });

  it("takes a machine's own shape back when the task fails, and refuses what its host has no room for", async () => {
    const { simulator, make, finish } = simulate({ hosts: [{ name: "only", cpus: 8, memoryMib: 8192, diskGib: 100 }] });
    const { key } = await make("m", { hardware });
    simulator.faults.replace({ ...simulator.faults.current(), failTasks: [{ operation: "reconfigure", rate: 1, reason: "INTERNAL" }] });
    const grown = machineSpec("m", { hardware: { ...hardware, cpus: 4 } });
    const { task } = await simulator.reconfigure(key, { spec: grown, allowRestart: false }, never);
    expect(simulator.state().hosts[0]?.used.cpus).toBe(4);
    finish();
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true, error: { reason: "INTERNAL" } });
    expect(simulator.state().hosts[0]?.used.cpus).toBe(2);
    const huge = machineSpec("m", { hardware: { ...hardware, cpus: 16 } });
    await expect(simulator.reconfigure(key, { spec: huge, allowRestart: true }, never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: "only has no room: cpus: 14 wanted, 6 free",
    });
  });

  it("never shrinks a disk, and keeps a removed one that was to be retained", async () => {
    const { simulator, make, finish } = simulate();
    const { key } = await make("m", {
      disks: [
        { name: "data", sizeGib: 8, retain: true },
        { name: "other", sizeGib: 1 },
      ],
    });
    const smaller = machineSpec("m", { disks: [{ name: "data", sizeGib: 4 }] });
    await expect(simulator.reconfigure(key, { spec: smaller, allowRestart: true }, never)).rejects.toMatchObject({
      reason: "INVALID_SPEC",
      violations: [{ field: "spec.disks[0].size_gib" }],
    });
    await simulator.reconfigure(key, { spec: machineSpec("m", { disks: [{ name: "other", sizeGib: 1 }] }), allowRestart: false }, never);
    finish();
    expect(simulator.state().freeDisks).toMatchObject([{ disk: { name: "data", sizeGib: 8 } }]);
  });
});

describe("tasks", () => {
  it("that fail leave a machine that says why and can be deleted", async () => {
    const { simulator, finish } = simulate({
      faults: { failTasks: [{ operation: "create", rate: 1, reason: "QUOTA_EXCEEDED", message: "no more" }] },
    });
    const request = machineRequest("doomed");
    const { virtualMachine, task } = await simulator.create(request, never);
    finish();
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true, error: { reason: "QUOTA_EXCEEDED" } });
    const key = { id: virtualMachine.id, uid: request.uid };
    expect(await simulator.describe(key, never)).toMatchObject({ state: MachineState.FAILED, problem: { message: "no more" } });
    expect((await simulator.create(request, never)).virtualMachine.state).toBe(MachineState.FAILED);
    await simulator.delete(key, never);
    finish();
    expect(simulator.state().machines).toEqual([]);
  });

  it("that are cancelled end as INTERRUPTED, and the same Create picks the machine up again", async () => {
    const { simulator, finish } = simulate();
    const request = machineRequest("again");
    const { task } = await simulator.create(request, never);
    await simulator.cancelTask(task ?? "", never);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true, error: { reason: "INTERRUPTED" } });
    const second = await simulator.create(request, never);
    expect(second.task).not.toBe(task);
    finish();
    expect((await simulator.describe({ id: "", uid: request.uid }, never)).state).toBe(MachineState.READY);
    expect(simulator.state().machines).toHaveLength(1);
  });

  it("that the platform forgets end as INTERRUPTED to whoever asks, while the work goes on", async () => {
    const { simulator, clock, finish } = simulate();
    const request = machineRequest("forgotten");
    const { task } = await simulator.create(request, never);
    clock.advance(500);
    expect(simulator.forgetTasks()).toBe(1);
    expect(await simulator.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true, error: { reason: "INTERRUPTED" } });
    const again = await simulator.create(request, never);
    expect(again.task).toBeDefined();
    expect(again.task).not.toBe(task);
    finish();
    expect(await simulator.isTaskComplete(again.task ?? "", 0, never)).toMatchObject({
      done: true,
      virtualMachineId: again.virtualMachine.id,
    });
  });

  it("are answered when they are done or the wait is over, whichever is first", async () => {
    const { simulator, clock } = simulate();
    const { task } = await simulator.create(machineRequest("m"), never);
    const short = simulator.isTaskComplete(task ?? "", 600, never);
    const long = simulator.isTaskComplete(task ?? "", 60_000, never);
    // Both calls have begun to wait.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(600);
    expect(await short).toMatchObject({ done: false, progressPercent: 40, stage: "configuring" });
    clock.advance(900);
    expect(await long).toMatchObject({ done: true });
  });
});
