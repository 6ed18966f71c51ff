import { setTimeout as pause } from "node:timers/promises";
import { MachineState, PowerOperation, PowerState, ProviderError } from "@remuda/contract";
import type { RuleContext } from "../context";
import { operation } from "../declared";
import { openDroppingProxy } from "../dropping-proxy";
import { check, checkEqual, present } from "../expect";
import { inParallel } from "../parallel";
import type { Rule } from "../rule";

/** Exactly one machine bears the uid, and nothing else was made for the rule's owner. */
async function checkOne(ctx: RuleContext, uid: string, id: string): Promise<void> {
  const machines = await ctx.list();
  checkEqual(
    machines.map((machine) => ({ id: machine.id, uid: machine.uid })),
    [{ id, uid }],
    "the machines of this owner",
  );
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

const create: Rule = {
  id: "create",
  title: "a machine is made as its spec says, and runs",
  async run(ctx) {
    const spec = ctx.spec();
    const machine = await ctx.make(spec);
    checkEqual(machine.name, spec.name, "name");
    checkEqual(machine.state, MachineState.READY, "state of a machine whose Create is done");
    const { cpus, memoryMib } = present(machine.hardware, "hardware");
    if (ctx.capabilities.sources.includes("image")) {
      checkEqual({ cpus, memoryMib }, { cpus: ctx.settings.cpus, memoryMib: ctx.settings.memoryMiB }, "hardware");
    }
    checkEqual(machine.powerState, PowerState.ON, "power state without one in the spec");
  },
};

const createIdAtOnce: Rule = {
  id: "create-id-at-once",
  title: "the answer to Create has the id already, and Describe knows it while the machine is being made",
  async run(ctx) {
    const request = ctx.createRequest();
    const { virtualMachine, task } = await ctx.create(request);
    const { id } = present(virtualMachine, "virtual_machine");
    check(id !== "", "virtual_machine.id is empty");
    checkEqual((await ctx.describe({ id })).id, id, "the id that Describe answers");
    await ctx.settle(task);
    checkEqual((await ctx.describe({ id })).uid, request.uid, "the uid when it is made");
  },
};

const createPoweredOff: Rule = {
  id: "create-powered-off",
  title: "a spec with power state OFF makes a machine that does not run",
  requires: operation(PowerOperation.OFF),
  async run(ctx) {
    const machine = await ctx.make({ powerState: PowerState.OFF });
    checkEqual(machine.powerState, PowerState.OFF, "power state");
  },
};

const createIdempotent: Rule = {
  id: "create-idempotent",
  title: "the same uid again answers the same machine",
  async run(ctx) {
    const request = ctx.createRequest();
    const first = await ctx.create(request);
    await ctx.settle(first.task);
    const again = await ctx.create(request);
    await ctx.settle(again.task);
    const id = present(first.virtualMachine, "virtual_machine").id;
    checkEqual(again.virtualMachine?.id, id, "the id of the repeated Create");
    await checkOne(ctx, request.uid, id);
  },
};

const createRepeatedMeanwhile: Rule = {
  id: "create-repeated-meanwhile",
  title: "the same uid again while the machine is being made answers the same machine",
  async run(ctx) {
    const request = ctx.createRequest();
    const first = await ctx.create(request);
    const again = await ctx.create(request);
    const id = present(first.virtualMachine, "virtual_machine").id;
    checkEqual(again.virtualMachine?.id, id, "the id of the repeated Create");
    await ctx.settle(first.task);
    await ctx.settle(again.task);
    await checkOne(ctx, request.uid, id);
  },
};

const createConcurrent: Rule = {
  id: "create-concurrent",
  title: "eight Creates of one uid at once make one machine",
  async run(ctx) {
    const request = ctx.createRequest();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => ctx.create(request)));
    const made = answers.flatMap((answer) => {
      if (answer.status === "fulfilled") return [answer.value];
      // A provider may let the others try again.
      if (answer.reason instanceof ProviderError && answer.reason.retryable) return [];
      throw answer.reason;
    });
    check(made.length > 0, "none of eight Creates succeeded");
    checkEqual(new Set(made.map(({ virtualMachine }) => virtualMachine?.id)).size, 1, "how many ids were answered");
    for (const { task } of made) await ctx.settle(task);
    await checkOne(ctx, request.uid, present(made[0]?.virtualMachine, "virtual_machine").id);
  },
};

const createDroppedReply: Rule = {
  id: "create-dropped-reply",
  title: "a Create whose reply was lost is picked up by the same Create again",
  async run(ctx) {
    const request = ctx.createRequest();
    const proxy = await openDroppingProxy(ctx.address);
    try {
      const client = ctx.connect(proxy.address, proxy.channelOptions);
      await client.getCapabilities({}, { signal: ctx.signal });
      proxy.dropReplies();
      const lost = client.create(request, { signal: ctx.signal }).then(
        () => "answered" as const,
        () => "lost" as const,
      );
      await ctx.until("the machine is listed though its Create was not answered", async () =>
        (await ctx.list()).length > 0 ? true : undefined,
      );
      proxy.close();
      checkEqual(await lost, "lost", "the reply that was to be lost");
    } finally {
      proxy.close();
    }
    const { virtualMachine, task } = await ctx.create(request);
    await ctx.settle(task);
    await checkOne(ctx, request.uid, present(virtualMachine, "virtual_machine").id);
  },
};

const createCancelled: Rule = {
  id: "create-cancelled",
  title: "a Create that the caller gave up at any moment leaves at most one machine, and the same Create again works",
  async run(ctx) {
    const requests = Array.from({ length: 4 }, () => ctx.createRequest());
    const given = await inParallel(requests, ctx.settings.parallelism, async (request) => {
      const giveUp = new AbortController();
      const lost = ctx.client.create(request, { signal: giveUp.signal }).catch(() => undefined);
      await pause(requests.indexOf(request), undefined, { signal: ctx.signal });
      giveUp.abort();
      await lost;
      const { virtualMachine, task } = await ctx.create(request);
      await ctx.settle(task);
      return { id: present(virtualMachine, "virtual_machine").id, uid: request.uid };
    });
    checkEqual((await ctx.list()).map(({ id, uid }) => ({ id, uid })).sort(byId), given.sort(byId), "the machines of this owner");
  },
};

const createDeadline: Rule = {
  id: "create-deadline",
  title: "a Create with a deadline of a few milliseconds leaves the provider usable, and the same Create again works",
  async run(ctx) {
    const made: { id: string; uid: string }[] = [];
    for (const deadlineMs of [1, 4, 16]) {
      const request = ctx.createRequest();
      await ctx.client.create(request, { deadlineMs, signal: ctx.signal }).catch((error: unknown) => {
        if (!(error instanceof ProviderError && error.reason === "TIMEOUT")) throw error;
      });
      const { virtualMachine, task } = await ctx.create(request);
      await ctx.settle(task);
      made.push({ id: present(virtualMachine, "virtual_machine").id, uid: request.uid });
    }
    checkEqual((await ctx.list()).map(({ id, uid }) => ({ id, uid })).sort(byId), made.sort(byId), "the machines of this owner");
  },
};

const createNameTaken: Rule = {
  id: "create-name-taken",
  title: "another machine with the same name is refused with ALREADY_EXISTS and changes nothing",
  async run(ctx) {
    const spec = ctx.spec();
    const first = await ctx.make(spec);
    const other = ctx.createRequest(spec);
    await ctx.refused(
      ctx.create(other).then(({ task }) => ctx.settle(task)),
      "ALREADY_EXISTS",
      "Create of a taken name",
    );
    await checkOne(ctx, first.uid, first.id);
  },
};

export const createRules: Rule[] = [
  create,
  createIdAtOnce,
  createPoweredOff,
  createIdempotent,
  createRepeatedMeanwhile,
  createConcurrent,
  createDroppedReply,
  createCancelled,
  createDeadline,
  createNameTaken,
];
