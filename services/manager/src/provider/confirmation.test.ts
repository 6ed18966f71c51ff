import { expect, test } from "vitest";
import { createConfirmation } from "./confirmation";

test("only a check that begins after the doubt confirms", () => {
  const confirmation = createConfirmation();
  const before = confirmation.begin();
  confirmation.doubt();
  before("right");
  expect(confirmation.confirmed).toBe(false);
  confirmation.begin()("right");
  expect(confirmation.confirmed).toBe(true);
  confirmation.doubt();
  expect(confirmation.confirmed).toBe(false);
});

test("a check that finds nothing out changes nothing; one that finds another platform ends the trust", () => {
  const confirmation = createConfirmation();
  confirmation.begin()("right");
  confirmation.begin()("unknown");
  expect(confirmation.confirmed).toBe(true);
  confirmation.begin()("wrong");
  expect(confirmation.confirmed).toBe(false);
});

test("who waits is told by the next check that begins, not by one under way", async () => {
  const confirmation = createConfirmation();
  const underWay = confirmation.begin();
  const told: boolean[] = [];
  const next = confirmation.next().then((right) => told.push(right));
  underWay("right");
  await Promise.resolve();
  expect(told).toEqual([]);
  confirmation.begin()("wrong");
  await next;
  expect(told).toEqual([false]);
});

test("a check that a doubt overtook does not let those go on who waited for it", async () => {
  const confirmation = createConfirmation();
  const next = confirmation.next();
  const check = confirmation.begin();
  confirmation.doubt();
  check("right");
  expect(await next).toBe(false);
});
