import { createPageGuard, DeleteImageRequest, type Image, ListImagesRequest, PrepareImageRequest, ProviderError } from "@remuda/contract";
import type { RuleContext } from "../context";
import { all, service, setting } from "../declared";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

const requires = service("ImageService");

async function pages(ctx: RuleContext, pageSize: number): Promise<Image[]> {
  const images: Image[] = [];
  const next = createPageGuard();
  let pageToken = "";
  do {
    const page = await ctx.client.listImages(ListImagesRequest.create({ pageSize, pageToken }), { signal: ctx.signal });
    if (pageSize > 0) check(page.images.length <= pageSize, `a page of ${pageSize} has ${page.images.length} images`);
    images.push(...page.images);
    pageToken = next(page, page.images.length);
  } while (pageToken !== "");
  return images;
}

const ids = (images: readonly Image[]) => images.map(({ id }) => id);

const imageList: Rule = {
  id: "image-list",
  title: "images are listed ordered by id, each once, whatever the page size; a token that is none is INVALID_SPEC",
  requires,
  async run(ctx) {
    const before = ids(await pages(ctx, 0));
    checkEqual(before, [...new Set(before)].sort(), "the ids");
    // Large catalogues are not read one by one.
    const pageSize = before.length <= 20 ? 1 : Math.ceil(before.length / 10);
    const paged = ids(await pages(ctx, pageSize));
    const after = new Set(ids(await pages(ctx, 0)));
    checkEqual(paged, [...new Set(paged)].sort(), `the ids in pages of ${pageSize}`);
    // Others may add and remove images meanwhile.
    const missed = before.filter((id) => after.has(id) && !paged.includes(id));
    checkEqual(missed, [], `images that the pages of ${pageSize} left out`);
    const call = ctx.client.listImages(ListImagesRequest.create({ pageToken: "no-such-token" }), { signal: ctx.signal });
    await ctx.refused(call, "INVALID_SPEC", "an unknown page token");
  },
};

async function prepare(ctx: RuleContext, request: Parameters<typeof PrepareImageRequest.create>[0]): Promise<Image> {
  const { image, task } = await ctx.client.prepareImage(PrepareImageRequest.create(request), { signal: ctx.signal });
  await ctx.settle(task);
  const prepared = present(image, "PrepareImageResponse.image");
  check(prepared.id !== "", "the image's id is empty");
  return prepared;
}

const imageExisting: Rule = {
  id: "image-existing",
  title: "PrepareImage of an image that is there only looks it up; of one that is not: NOT_FOUND",
  requires,
  async run(ctx) {
    const [first] = (await pages(ctx, 0)).filter(({ ready }) => ready);
    if (!first) return skip("the platform has no image");
    const name = ctx.newName();
    const existing = (value: string) => ({ name, source: { $case: "existing" as const, value } });
    checkEqual((await prepare(ctx, existing(first.id))).id, first.id, "the image found by its id");
    checkEqual((await prepare(ctx, existing(first.id))).id, first.id, "the image found again");
    checkEqual(
      (await pages(ctx, 0)).filter((image) => image.name === name),
      [],
      "new images with the name of the request",
    );
    await ctx.refused(prepare(ctx, existing("no-such-image-f00d")), "NOT_FOUND", "an image that is not there");
  },
};

const imageUrl: Rule = {
  id: "image-url",
  title: "PrepareImage from a URL brings an image that is listed as ready; the same again answers the same one",
  requires: all(requires, setting("imageUrl")),
  // The other rules about images see the same list twice.
  alone: true,
  async run(ctx) {
    const { url = "", checksum = "" } = ctx.settings.imageUrl ?? {};
    // A name that stays: where images can't be deleted, every run finds the first one's.
    const request = { name: `${ctx.settings.namePrefix}-image`, source: { $case: "url" as const, value: url }, checksum };
    const { id } = await prepare(ctx, request);
    ctx.trackImage(id);
    const shown = (await pages(ctx, 0)).find((image) => image.id === id);
    checkEqual(shown?.ready, true, "that it is ready when its task is done");
    checkEqual((await prepare(ctx, request)).id, id, "the id of the repeat");
  },
};

const imageDelete: Rule = {
  id: "image-delete",
  title: "DeleteImage deletes an image that PrepareImage brought, and again is done",
  requires: all(requires, setting("imageUrl")),
  alone: true,
  async run(ctx) {
    const { url = "", checksum = "" } = ctx.settings.imageUrl ?? {};
    const name = `${ctx.settings.namePrefix}-image`;
    const { id } = await prepare(ctx, { name, source: { $case: "url", value: url }, checksum });
    ctx.trackImage(id);
    const remove = async () => ctx.settle((await ctx.client.deleteImage(DeleteImageRequest.create({ id }), { signal: ctx.signal })).task);
    const error = await remove().catch((thrown: unknown) => thrown);
    if (error instanceof ProviderError && error.reason === "UNSUPPORTED") return skip("not declared: DeleteImage");
    if (error !== undefined) throw error;
    check(!ids(await pages(ctx, 0)).includes(id), "the image is listed after it was deleted");
    await remove();
    return undefined;
  },
};

export const imageRules: Rule[] = [imageList, imageExisting, imageUrl, imageDelete];
