import { PowerOperation, PowerRequest, PowerState } from "@remuda/contract";
import { checkEqual } from "../expect";
import { inParallel } from "../parallel";
import type { Rule } from "../rule";

const mixedLoad: Rule = {
  id: "mixed-load",
  title: "after many machines were made, stopped and deleted at once, exactly those that should be there are, as they should be",
  async run(ctx) {
    const canStop = ctx.capabilities.powerOperations.includes(PowerOperation.OFF);
    const numbers = Array.from({ length: ctx.settings.loadMachines }, (_, i) => i);
    const expected = await inParallel(numbers, ctx.settings.parallelism, async (i) => {
      const { id, uid } = await ctx.make();
      if (i % 3 === 0) {
        await ctx.destroy({ id, uid });
        return [];
      }
      if (i % 3 === 1 || !canStop) return [{ id, uid, powerState: PowerState.ON }];
      const { task } = await ctx.client.power(PowerRequest.create({ id, uid, operation: PowerOperation.OFF }), { signal: ctx.signal });
      await ctx.settle(task);
      return [{ id, uid, powerState: PowerState.OFF }];
    });
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const found = (await ctx.list()).map(({ id, uid, powerState }) => ({ id, uid, powerState }));
    checkEqual(found.sort(byId), expected.flat().sort(byId), "the machines of this owner");
  },
};

export const loadRules: Rule[] = [mixedLoad];
