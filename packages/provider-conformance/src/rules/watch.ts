import { PowerOperation, PowerRequest, PowerState } from "@remuda/contract";
import type { RuleContext } from "../context";
import { operation, setting } from "../declared";
import { check, checkEqual, present } from "../expect";
import { type MachineWatch, openWatch } from "../machine-watch";
import type { Rule } from "../rule";

/** Runs with a watch that is closed afterwards, however it went. */
async function withWatch(
  ctx: RuleContext,
  owner: string,
  work: (watch: MachineWatch) => Promise<void>,
  timeoutMs?: number,
): Promise<undefined> {
  const watch = openWatch(ctx, owner, timeoutMs);
  try {
    await work(watch);
  } finally {
    await watch.stop();
  }
}

const bookmarks = ({ events }: MachineWatch) => events.filter(({ event }) => event?.$case === "bookmark").length;

const watchSnapshot: Rule = {
  id: "watch-snapshot",
  title: "a watch begins with every machine, its uid and its owner, and then a bookmark",
  async run(ctx) {
    const { owner, machines } = await ctx.fleet();
    return withWatch(ctx, owner, async (watch) => {
      await watch.snapshot();
      const before = watch.events.slice(
        0,
        watch.events.findIndex(({ event }) => event?.$case === "bookmark"),
      );
      const shown = new Map(before.flatMap(({ event }) => (event?.$case === "present" ? [[event.value.id, event.value] as const] : [])));
      for (const { id, uid } of machines) {
        const { uid: mark, owner: by } = present(shown.get(id), `machine ${id} before the bookmark`);
        checkEqual([mark, by], [uid, owner], `uid and owner of ${id}`);
      }
    });
  },
};

const watchBookmark: Rule = {
  id: "watch-bookmark",
  title: "the bookmark comes exactly once, also when changes follow, and in an empty snapshot",
  run(ctx) {
    return withWatch(ctx, ctx.owner, async (watch) => {
      await watch.snapshot();
      for (let i = 0; i < 2; i++) {
        const { id } = await ctx.make();
        await watch.until(`the new machine ${id} is seen`, () => watch.machines.has(id));
      }
      checkEqual(bookmarks(watch), 1, "how many bookmarks came");
    });
  },
};

const watchCreate: Rule = {
  id: "watch-create",
  title: "a new machine is seen, without a gap after the bookmark",
  run(ctx) {
    return withWatch(ctx, ctx.owner, async (watch) => {
      await watch.snapshot();
      const { id } = await ctx.make();
      await watch.until(`the new machine ${id} is seen running`, () => watch.machines.get(id)?.powerState === PowerState.ON);
    });
  },
};

const watchChange: Rule = {
  id: "watch-change",
  title: "a change of power is seen",
  requires: operation(PowerOperation.OFF),
  async run(ctx) {
    const { id, uid } = await ctx.make();
    return withWatch(ctx, ctx.owner, async (watch) => {
      await watch.snapshot();
      const { task } = await ctx.client.power(PowerRequest.create({ id, uid, operation: PowerOperation.OFF }), { signal: ctx.signal });
      await ctx.settle(task);
      await watch.until(`${id} is seen stopped`, () => watch.machines.get(id)?.powerState === PowerState.OFF);
    });
  },
};

const watchDelete: Rule = {
  id: "watch-delete",
  title: "a machine that is gone is told with its id and uid",
  async run(ctx) {
    const { id, uid } = await ctx.make();
    return withWatch(ctx, ctx.owner, async (watch) => {
      await watch.snapshot();
      await ctx.destroy({ id, uid });
      const goneOf = () => watch.events.flatMap(({ event }) => (event?.$case === "gone" && event.value.id === id ? [event.value.uid] : []));
      await watch.until(`${id} is told to be gone`, () => goneOf().length > 0);
      checkEqual(goneOf()[0], uid, "the uid of what is gone");
      check(!watch.machines.has(id), `${id} was shown again after it was gone`);
    });
  },
};

const watchReconnect: Rule = {
  id: "watch-reconnect",
  title: "what happens while no watch is open, or while one opens, is in the next watch: nothing falls into a gap",
  async run(ctx) {
    const gone = await ctx.make();
    await withWatch(ctx, ctx.owner, (watch) => watch.snapshot());
    const between = await ctx.make();
    await ctx.destroy(gone);
    for (let round = 0; round < 3; round++) {
      const making = ctx.make();
      await withWatch(ctx, ctx.owner, async (watch) => {
        await watch.snapshot();
        check(watch.machines.has(between.id), `${between.id}, made while no watch was open, is not in the snapshot`);
        check(!watch.machines.has(gone.id), `${gone.id}, deleted while no watch was open, is in the snapshot`);
        const { id } = await making;
        await watch.until(
          `${id}, made while the watch opened, is seen running`,
          () => watch.machines.get(id)?.powerState === PowerState.ON,
        );
      }).finally(() => making.catch(() => undefined));
    }
  },
};

const watchOwner: Rule = {
  id: "watch-owner",
  title: "a watch by owner shows that owner's machines alone",
  run(ctx) {
    return withWatch(ctx, ctx.owner, async (watch) => {
      await watch.snapshot();
      const foreign = await ctx.make({}, { owner: ctx.newOwner() });
      const mine = await ctx.make();
      await ctx.destroy(foreign);
      await watch.until(`${mine.id} is seen`, () => watch.machines.has(mine.id));
      const others = watch.events.flatMap(({ event }) =>
        event?.$case === "present" && event.value.owner !== ctx.owner ? [event.value.id] : [],
      );
      checkEqual(others, [], "machines of other owners");
    });
  },
};

const watchEverything: Rule = {
  id: "watch-everything",
  title: "a watch without an owner shows the machines of all owners",
  async run(ctx) {
    const { machines } = await ctx.fleet();
    return withWatch(ctx, "", async (watch) => {
      await watch.snapshot();
      for (const { id } of machines) check(watch.machines.has(id), `the snapshot lacks ${id}`);
      const { id } = await ctx.make();
      await watch.until(`the new machine ${id} is seen`, () => watch.machines.has(id));
    });
  },
};

const watchHeartbeat: Rule = {
  id: "watch-heartbeat",
  title: "a watch gives signs of life while nothing happens",
  requires: setting("heartbeatTimeoutMs"),
  run(ctx) {
    const { heartbeatTimeoutMs } = ctx.settings;
    return withWatch(
      ctx,
      ctx.owner,
      (watch) => watch.until("a heartbeat", () => watch.events.some(({ event }) => event?.$case === "heartbeat")),
      heartbeatTimeoutMs,
    );
  },
};

export const watchRules: Rule[] = [
  watchSnapshot,
  watchBookmark,
  watchCreate,
  watchChange,
  watchDelete,
  watchReconnect,
  watchOwner,
  watchEverything,
  watchHeartbeat,
];
