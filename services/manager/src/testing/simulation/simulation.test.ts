import { expect, test } from "vitest";
import { report } from "./report";
import { simulate } from "./simulate";

const seeds = 200;
const perTest = 20;

for (let first = 1; first <= seeds; first += perTest) {
  test(`whatever goes wrong, all promises are kept: seeds ${first} to ${first + perTest - 1}`, { timeout: 180_000 }, async () => {
    for (let seed = first; seed < first + perTest; seed++) {
      const outcome = await simulate(seed);
      if (outcome.broken.length > 0) throw new Error(report(outcome));
    }
  });
}

test("a seed is the same life each time, and another seed is another", { timeout: 60_000 }, async () => {
  const hashes = [];
  for (const seed of [7, 8, 7, 8]) hashes.push((await simulate(seed)).trace.hash());
  expect(hashes.slice(2)).toEqual(hashes.slice(0, 2));
  expect(hashes[0]).not.toBe(hashes[1]);
});

test("in many lives everything happens that the simulation can do", { timeout: 60_000 }, async () => {
  const told = [];
  for (let seed = 1; seed <= 12; seed++) told.push(...(await simulate(seed)).trace.lines);
  const text = told.join("\n");
  for (const what of [
    "user: apply m-",
    "user: change m-",
    "user: delete m-",
    "user: restart m-",
    "user: change VMClass",
    "fault: someone takes",
    "dies by chance",
    "dies at a commit",
    "dies at a send",
    "dies at a answer",
    "is told to stop",
    "the provider of north dies",
    "is silent for",
    "connections to north break",
    "streams from north break",
    "vanishes by itself",
    "stops by itself",
    "starts by itself",
    "changes by itself",
    "forgets 1 tasks",
    "disk is full",
    "wall clock is off",
    'lostReplies":[{',
    'failTasks":[{',
    'forgetTasks":[{',
    'slow":[{',
    'errors":[{',
    "which was let go of",
  ])
    expect(text).toContain(what);
});
