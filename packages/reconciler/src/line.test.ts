import { expect, test } from "vitest";
import { createLine } from "./line";

test("a line gives each key once, in the order in which it came, however many have come and gone", () => {
  const line = createLine();
  const given: string[] = [];
  const wanted: string[] = [];
  for (let round = 0; round < 3_000; round++) {
    for (const key of [`a${round}`, `b${round}`, `a${round}`]) line.add(key);
    wanted.push(`a${round}`, `b${round}`);
    given.push(line.shift() ?? "none");
  }
  expect(line.size).toBe(3_000);
  while (line.size > 0) given.push(line.shift() ?? "none");
  expect(given).toEqual(wanted);
  expect(line.shift()).toBeUndefined();
  line.add("a0");
  expect([line.has("a0"), line.shift()]).toEqual([true, "a0"]);
});
