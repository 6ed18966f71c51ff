import { expect, test } from "vitest";
import { systemClock } from "./clock";
import { createPages } from "./paging";

test("of the listings that nobody read to their end the oldest are dropped, so that they can't fill the memory", async () => {
  const page = createPages((item: string) => item, { ...systemClock, now: () => 0 });
  let lists = 0;
  const list = async function* () {
    lists++;
    yield* await Promise.resolve(["a", "b", "c"]);
  };
  const begin = async () => (await page({ pageSize: 1, pageToken: "" }, "", list)).nextPageToken;
  const tokens: string[] = [];
  for (let i = 0; i < 17; i++) tokens.push(await begin());
  expect(lists).toBe(17);
  for (const pageToken of tokens.slice(1)) expect((await page({ pageSize: 1, pageToken }, "", list)).items).toEqual(["b"]);
  expect(lists).toBe(17);
  // It is listed anew, after the last key.
  expect((await page({ pageSize: 1, pageToken: tokens[0] ?? "" }, "", list)).items).toEqual(["b"]);
  expect(lists).toBe(18);
});
