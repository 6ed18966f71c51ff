import { expect, test } from "vitest";
import { glob } from "./glob";

test.each([
  ["*", ["", "a", "a-b"], []],
  ["db-?", ["db-1", "db-x"], ["db-", "db-12", "adb-1"]],
  ["*-prod*", ["a-prod", "a-prod-1", "-prod", "x-pro-prod"], ["prod", "a-pro"]],
  ["a*b*c", ["abc", "axxbxxc", "abcbc"], ["ab", "acb", "abcd"]],
  ["a.[b]", ["a.[b]"], ["axb", "a.b"]],
])("%s", (pattern, matching, others) => {
  const matches = glob(pattern);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test("many stars cost no more than the lengths", () => {
  const began = performance.now();
  expect(glob(`${"*a".repeat(200)}b`)("a".repeat(500))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1_000);
});
