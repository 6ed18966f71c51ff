import { check } from "../expect";
import type { Rule } from "../rule";

const leavesNothing: Rule = {
  id: "leaves-nothing",
  title: "everything that the run made can be removed, and no list shows any of it afterwards",
  alone: true,
  async run(ctx) {
    const left = await ctx.cleanUp();
    check(left.length === 0, left.join("\n"));
  },
};

export const leftoverRules: Rule[] = [leavesNothing];
