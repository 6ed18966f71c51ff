import { CreateResponse, MachineState, ProviderError } from "@remuda/contract";
import type { VirtualMachine } from "@remuda/resources";
import { expect, test } from "vitest";
import type { Standing } from "../provider/connection";
import { createPhase, type Phase, type PhaseOptions, shown } from "../testing/phase";
import { launch } from "./launch";
import { condition, isCreated, type Work } from "./work";

const run = (phase: Phase, work: Work) => launch(work, phase.connection, phase.context, phase.signal);
const answering = (machine: Parameters<typeof shown>[1]): PhaseOptions["calls"] => ({
  create: ({ uid }) => Promise.resolve(CreateResponse.fromPartial({ virtualMachine: shown(uid, machine) })),
});

test("a machine that was changed after it was judged is judged anew before it is asked for", async () => {
  let creates = 0;
  const phase = await createPhase({ calls: { create: () => Promise.reject(new Error(`asked for ${++creates} times`)) } });
  const work = await phase.begin();
  const newer = (await phase.store.get("VirtualMachine", "web")) as VirtualMachine;
  await phase.store.update({ ...newer, spec: { ...newer.spec, powerState: "Off" } });
  await expect(run(phase, work)).rejects.toMatchObject({ reason: "Conflict" });
  expect(creates).toBe(0);
});

test("what is asked for is saved as asked for first", async () => {
  let saved: VirtualMachine | undefined;
  const phase = await createPhase({
    calls: {
      create: async ({ uid }) => {
        saved = (await phase.store.get("VirtualMachine", "web")) as VirtualMachine;
        return CreateResponse.fromPartial({ virtualMachine: shown(uid) });
      },
    },
  });
  await run(phase, await phase.begin());
  expect(saved?.status).toMatchObject({ phase: "Creating", provider: "sim", launchedAt: expect.any(String) });
});

test("a provider that is lost while it is asked counts as no failure of the machine", async () => {
  let standing: Standing = "ready";
  const phase = await createPhase({
    standing: () => standing,
    calls: {
      create: () => {
        standing = "lost";
        return Promise.reject(new ProviderError("UNAVAILABLE", "connection refused"));
      },
    },
  });
  const work = await phase.begin();
  expect(await run(phase, work)).toEqual({});
  expect(work.status.failures).toBeUndefined();
  expect(condition(work.status, "Ready")).toMatchObject({ status: "False", reason: "ProviderNotReady" });
});

test("a machine that is being made without a task is asked for again, and is not created yet", async () => {
  const phase = await createPhase({ calls: answering({ state: MachineState.CREATING }) });
  const work = await phase.begin();
  expect(await run(phase, work)).toEqual({ requeueAfterMs: 15_000 });
  expect(isCreated(work)).toBe(false);
  expect(work.status.id).toBe("m-1");
});

test("a dependency that changed counts also for a machine that first has to stand in line", async () => {
  const failures = { count: 1, reason: "INVALID_SPEC", message: "no", generation: 1 };
  const phase = await createPhase({
    status: { launchedAt: "2026-01-01T00:00:00.000Z", provider: "sim", failures },
    calls: answering({}),
  });
  const work = await phase.begin();
  const { enter } = phase.connection;
  phase.context.stirred.add("web");
  phase.connection.enter = () => undefined;
  await run(phase, work);
  expect(isCreated(work)).toBe(false);
  phase.connection.enter = enter;
  await run(phase, work);
  expect(isCreated(work)).toBe(true);
});
