import { expect, test } from "vitest";
import { createRounds } from "./rounds";

const { signal } = new AbortController();

test("a round ends with a run that began after it and did not fail", async () => {
  const rounds = createRounds();
  const ends: { well(): void; badly(): void }[] = [];
  const reconcile = rounds.over(() => new Promise<void>((well, fail) => ends.push({ well, badly: () => fail(new Error("comes again")) })));
  const under = reconcile("a", signal);
  let over = false;
  const round = rounds.begin(["a"]).then(() => {
    over = true;
  });
  ends[0]?.well();
  await under;
  const failing = reconcile("a", signal);
  ends[1]?.badly();
  await expect(failing).rejects.toThrow("comes again");
  expect(over).toBe(false);
  const last = reconcile("a", signal);
  ends[2]?.well();
  await last;
  await round;
});

test("a round over all ends, and one over none at once", async () => {
  const rounds = createRounds();
  const reconcile = rounds.over(() => Promise.resolve());
  const round = rounds.begin(["a", "b"]);
  await reconcile("a", signal);
  await reconcile("b", signal);
  await round;
  await rounds.begin([]);
});
