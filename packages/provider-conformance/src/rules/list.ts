import { ListVirtualMachinesRequest } from "@remuda/contract";
import type { RuleContext } from "../context";
import { check, checkEqual } from "../expect";
import type { Rule } from "../rule";

/** The ids of every page, as they come. */
async function pages(ctx: RuleContext, owner: string, pageSize: number): Promise<string[][]> {
  const found: string[][] = [];
  let pageToken = "";
  do {
    const request = ListVirtualMachinesRequest.create({ owner, pageSize, pageToken });
    const { virtualMachines, nextPageToken } = await ctx.client.listVirtualMachines(request, { signal: ctx.signal });
    found.push(virtualMachines.map(({ id }) => id));
    check(found.length <= 100, "the pages have no end");
    pageToken = nextPageToken;
  } while (pageToken !== "");
  return found;
}

const listOwner: Rule = {
  id: "list-owner",
  title: "a list by owner shows exactly that owner's machines",
  async run(ctx) {
    const { owner, machines } = await ctx.fleet();
    const other = await ctx.make();
    const ids = (await ctx.list(owner)).map(({ id }) => id).sort();
    checkEqual(ids, machines.map(({ id }) => id).sort(), "the owner's machines");
    checkEqual(
      (await ctx.list()).map(({ id }) => id),
      [other.id],
      "another owner's machines",
    );
    checkEqual(await ctx.list(ctx.newOwner()), [], "an unknown owner's machines");
  },
};

const listEverything: Rule = {
  id: "list-everything",
  title: "a list without an owner shows the machines of all owners",
  async run(ctx) {
    const { machines } = await ctx.fleet();
    const other = await ctx.make();
    const all = new Set((await ctx.list("")).map(({ id }) => id));
    for (const { id } of [...machines, other]) check(all.has(id), `the list without an owner lacks ${id}`);
  },
};

const listPages: Rule = {
  id: "list-pages",
  title: "pages of any size show every machine once",
  async run(ctx) {
    const { owner, machines } = await ctx.fleet();
    const expected = machines.map(({ id }) => id).sort();
    for (const pageSize of [1, 2, 3, 4, 5, 6, 0]) {
      const found = await pages(ctx, owner, pageSize);
      if (pageSize > 0) for (const page of found) check(page.length <= pageSize, `a page of ${pageSize} has ${page.length} machines`);
      checkEqual(found.flat().sort(), expected, `all pages of ${pageSize}`);
    }
  },
};

const listOrder: Rule = {
  id: "list-order",
  title: "lists are ordered by id, over all pages",
  async run(ctx) {
    const { owner } = await ctx.fleet();
    for (const pageSize of [2, 0]) {
      const ids = (await pages(ctx, owner, pageSize)).flat();
      checkEqual(ids, [...ids].sort(), `the order with a page size of ${pageSize}`);
    }
  },
};

const listToken: Rule = {
  id: "list-token",
  title: "a page token that is none is refused with INVALID_SPEC that names page_token",
  async run(ctx) {
    for (const pageToken of ["no-such-token", "0", "\u{1f40e}"]) {
      const request = ListVirtualMachinesRequest.create({ pageToken });
      const error = await ctx.refused(
        ctx.client.listVirtualMachines(request, { signal: ctx.signal }),
        "INVALID_SPEC",
        `page_token ${pageToken}`,
      );
      checkEqual(
        error.violations.map(({ field }) => field),
        ["page_token"],
        "the fields that are named",
      );
    }
  },
};

export const listRules: Rule[] = [listOwner, listEverything, listPages, listOrder, listToken];
