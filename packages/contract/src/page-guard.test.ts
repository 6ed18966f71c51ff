import { expect, test } from "vitest";
import { createPageGuard } from "./page-guard";

test("a list ends with the page that has no token for another", () => {
  const next = createPageGuard();
  expect(["a", "b", ""].map((nextPageToken) => next({ nextPageToken }, 1))).toEqual(["a", "b", ""]);
});

test("a list that goes round in a circle fails", () => {
  const next = createPageGuard();
  next({ nextPageToken: "a" }, 1);
  next({ nextPageToken: "b" }, 1);
  expect(() => next({ nextPageToken: "a" }, 1)).toThrow("same page token");
});

test("a list of nothing but empty pages fails, one with some empty pages doesn't", () => {
  const next = createPageGuard();
  for (let page = 0; page < 300; page++) next({ nextPageToken: `t${page}` }, page % 50 === 0 ? 1 : 0);
  expect(() => {
    for (let page = 300; page < 450; page++) next({ nextPageToken: `t${page}` }, 0);
  }).toThrow("empty pages");
});
