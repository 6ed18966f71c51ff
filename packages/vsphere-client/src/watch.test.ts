import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVsphereClient, service, type VsphereClient } from "./client";
import { faultOf } from "./error";
import { find } from "./find";
import { readObject } from "./retrieve";
import type { MoRef } from "./schema";
import { cancelTask, readTask, taskResult, waitForTask } from "./task";
import { hasVcsim, startVcsim, type Vcsim } from "./testing/vcsim";
import { watchMachines } from "./watch";

const signal = AbortSignal.timeout(100_000);

describe.runIf(hasVcsim)("watch and tasks on a vCenter whose clones are slow", () => {
  let vcsim: Vcsim;
  let client: VsphereClient;
  let template: MoRef;
  let folder: MoRef;
  beforeAll(async () => {
    vcsim = await startVcsim({ args: ["-method-delay", "CloneVm:1500"] });
    client = createVsphereClient(vcsim);
    template = await find(client, "DC0_H0_VM0", { type: "VirtualMachine" }, signal);
    folder = (await readObject(client, "Datacenter", await find(client, "DC0", { type: "Datacenter" }, signal), ["vmFolder"], signal))
      ?.vmFolder as MoRef;
  });
  afterAll(async () => {
    await client?.close(signal);
    await vcsim?.stop();
  });

  const clone = (name: string) =>
    client.call(
      template,
      "CloneVM_Task",
      {
        folder,
        name,
        spec: {
          _typeName: "VirtualMachineCloneSpec",
          location: { _typeName: "VirtualMachineRelocateSpec" },
          template: false,
          powerOn: false,
        },
      },
      signal,
    );

  test("a task is read at once while it runs, waited for until it is done, and answers what it made", async () => {
    const task = await clone("task-1");
    expect((await readTask(client, task, signal)).state).toBe("running");
    expect((await waitForTask(client, task, { waitMs: 100 }, signal)).state).toBe("running");
    const made = await taskResult(client, task, signal);
    expect(made).toMatchObject({ type: "VirtualMachine" });
    expect((await readTask(client, task, signal)).state).toBe("done");
    expect(await cancelTask(client, task, signal)).toBe(false);
  });

  test("a task's error is the fault of the server", async () => {
    const error = await taskResult(client, await clone("DC0_H0_VM0"), signal).catch((reason: unknown) => reason);
    expect(faultOf(error, "DuplicateName")).toMatchObject({ name: "DC0_H0_VM0", object: { type: "VirtualMachine" } });
  });

  test("a task that the server doesn't know was purged", async () => {
    expect(await readTask(client, { _typeName: "ManagedObjectReference", type: "Task", value: "task-4711" }, signal)).toEqual({
      state: "purged",
    });
  });

  test("a watch shows what is there, then what comes, changes and goes", async () => {
    const stop = new AbortController();
    const seen = new Map<string, { name?: string; power?: string }>();
    const follow = watchMachines(client, ["name", "runtime.powerState"], AbortSignal.any([signal, stop.signal]));
    const until = async (done: () => boolean) => {
      while (!done()) {
        const { value } = await follow.next();
        for (const event of value?.events ?? []) {
          if (event.kind === "leave") seen.delete(event.ref.value);
          else {
            const before = event.kind === "modify" ? seen.get(event.ref.value) : undefined;
            const { name = before?.name, "runtime.powerState": power = before?.power } = event.properties;
            seen.set(event.ref.value, { name, power });
          }
        }
      }
    };
    const named = (name: string) => [...seen.values()].find((machine) => machine.name === name);

    await until(() => seen.size >= 4);
    expect(named("DC0_H0_VM0")).toEqual({ name: "DC0_H0_VM0", power: "poweredOn" });
    const made = (await taskResult(client, await clone("watched"), signal)) as MoRef;
    await until(() => named("watched")?.power === "poweredOff");
    await taskResult(client, await client.call(made, "PowerOnVM_Task", {}, signal), signal);
    await until(() => named("watched")?.power === "poweredOn");
    await taskResult(client, await client.call(made, "PowerOffVM_Task", {}, signal), signal);
    await taskResult(client, await client.call(made, "Destroy_Task", {}, signal), signal);
    await until(() => named("watched") === undefined);
    stop.abort(new Error("enough"));
    await expect(follow.next()).rejects.toThrow("enough");
  });

  test("a watch ends with an error when its session is terminated, and a new one works", async () => {
    const broken = watchMachines(client, ["name"], signal);
    await broken.next();
    const other = createVsphereClient(vcsim);
    const manager = await service(client, "sessionManager", signal);
    const own = await readObject(client, "SessionManager", manager, ["currentSession"], signal);
    await other.call(manager, "TerminateSession", { sessionId: [own?.currentSession?.key ?? ""] }, signal);
    await expect(client.call(manager, "SessionIsActive", { sessionID: "x", userName: "y" }, signal)).resolves.toBeDefined();
    const next = broken.next().then(
      () => "told",
      (error: unknown) => error,
    );
    await taskResult(other, await other.call(template, "PowerOffVM_Task", {}, signal), signal);
    expect(faultOf(await next, "ManagedObjectNotFound")).toBeDefined();
    const again = watchMachines(client, ["name"], signal);
    expect((await again.next()).value?.events.length).toBeGreaterThan(3);
    await again.return();
    await other.close(signal);
  });
});
