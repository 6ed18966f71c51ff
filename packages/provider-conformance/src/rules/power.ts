import { durationFromMs, PowerOperation, PowerRequest, PowerState, type VirtualMachine } from "@remuda/contract";
import type { RuleContext } from "../context";
import { all, nameOf, operation, valuesOf } from "../declared";
import { check, checkEqual, skip } from "../expect";
import type { Rule } from "../rule";

type Machine = Pick<VirtualMachine, "id" | "uid">;

async function power(ctx: RuleContext, { id, uid }: Machine, op: PowerOperation, gracefulTimeoutMs?: number): Promise<void> {
  const gracefulTimeout = gracefulTimeoutMs === undefined ? undefined : durationFromMs(gracefulTimeoutMs);
  const { task } = await ctx.client.power(PowerRequest.create({ id, uid, operation: op, gracefulTimeout }), { signal: ctx.signal });
  await ctx.settle(task);
}

async function checkState(ctx: RuleContext, { id }: Machine, state: PowerState, when: string): Promise<void> {
  checkEqual(nameOf(PowerState, (await ctx.describe({ id })).powerState), nameOf(PowerState, state), `power state ${when}`);
}

/** Into a state, and there again: the repeat is done and changes nothing. */
function transition(op: PowerOperation, from: PowerState, to: PowerState): Rule["run"] {
  return async (ctx) => {
    const machine = await ctx.make({ powerState: from });
    await power(ctx, machine, op, 0);
    await checkState(ctx, machine, to, "afterwards");
    await power(ctx, machine, op, 0);
    await checkState(ctx, machine, to, "after the repeat");
    return undefined;
  };
}

/** A restart: it runs before and after. */
const restart =
  (op: PowerOperation): Rule["run"] =>
  async (ctx) => {
    const machine = await ctx.make();
    for (const when of ["afterwards", "after the repeat"]) {
      await power(ctx, machine, op, 0);
      await checkState(ctx, machine, PowerState.ON, when);
    }
    return undefined;
  };

const { ON, OFF } = PowerState;

const powerOn: Rule = {
  id: "power-on",
  title: "ON starts a machine, and is done for one that runs",
  requires: operation(PowerOperation.ON),
  run: transition(PowerOperation.ON, OFF, ON),
};

const powerOff: Rule = {
  id: "power-off",
  title: "OFF stops a machine, and is done for one that is stopped",
  requires: operation(PowerOperation.OFF),
  run: transition(PowerOperation.OFF, ON, OFF),
};

const powerShutdown: Rule = {
  id: "power-shutdown",
  title: "SHUTDOWN with no time for the guest stops a machine by force, and is done for one that is stopped",
  requires: operation(PowerOperation.SHUTDOWN),
  run: transition(PowerOperation.SHUTDOWN, ON, OFF),
};

const powerSuspend: Rule = {
  id: "power-suspend",
  title: "SUSPEND saves a machine, and is done for one that is suspended",
  requires: operation(PowerOperation.SUSPEND),
  run: transition(PowerOperation.SUSPEND, ON, PowerState.SUSPENDED),
};

const powerResume: Rule = {
  id: "power-resume",
  title: "ON resumes a suspended machine",
  requires: all(operation(PowerOperation.SUSPEND), operation(PowerOperation.ON)),
  async run(ctx) {
    const machine = await ctx.make();
    await power(ctx, machine, PowerOperation.SUSPEND);
    await power(ctx, machine, PowerOperation.ON);
    await checkState(ctx, machine, ON, "after SUSPEND and ON");
  },
};

const powerReboot: Rule = {
  id: "power-reboot",
  title: "REBOOT with no time for the guest restarts a machine, again and again",
  requires: operation(PowerOperation.REBOOT),
  run: restart(PowerOperation.REBOOT),
};

const powerReset: Rule = {
  id: "power-reset",
  title: "RESET restarts a machine, again and again",
  requires: operation(PowerOperation.RESET),
  run: restart(PowerOperation.RESET),
};

const powerGraceful: Rule = {
  id: "power-graceful",
  title: "SHUTDOWN stops the machine once the guest's time has passed, whatever the guest does",
  requires: operation(PowerOperation.SHUTDOWN),
  async run(ctx) {
    const machine = await ctx.make();
    const begun = performance.now();
    await power(ctx, machine, PowerOperation.SHUTDOWN, 1);
    await checkState(ctx, machine, OFF, "afterwards");
    const ms = performance.now() - begun;
    check(ms < Math.min(60_000, ctx.settings.taskTimeoutMs), `with 1 ms for the guest it took ${Math.round(ms)} ms`);
  },
};

const powerUndeclared: Rule = {
  id: "power-undeclared",
  title: "an operation that is not declared is refused with UNSUPPORTED and changes nothing",
  async run(ctx) {
    const undeclared = valuesOf(PowerOperation).filter((op) => !ctx.capabilities.powerOperations.includes(op));
    if (undeclared.length === 0) return skip("every power operation is declared");
    const { id, uid } = await ctx.shared();
    for (const op of undeclared) {
      const call = ctx.client.power(PowerRequest.create({ id, uid, operation: op }), { signal: ctx.signal });
      await ctx.refused(call, "UNSUPPORTED", `Power ${nameOf(PowerOperation, op)}`);
    }
    await checkState(ctx, { id, uid }, ON, "after the refused calls");
  },
};

const powerUnknown: Rule = {
  id: "power-unknown",
  title: "Power of a machine that is gone is refused with NOT_FOUND",
  async run(ctx) {
    const [op = PowerOperation.ON] = ctx.capabilities.powerOperations;
    const { id, uid } = await ctx.make();
    await ctx.destroy({ id, uid });
    await ctx.refused(ctx.client.power(PowerRequest.create({ id, uid, operation: op }), { signal: ctx.signal }), "NOT_FOUND", "Power");
  },
};

export const powerRules: Rule[] = [
  powerOn,
  powerOff,
  powerShutdown,
  powerSuspend,
  powerResume,
  powerReboot,
  powerReset,
  powerGraceful,
  powerUndeclared,
  powerUnknown,
];
