import { expect, test } from "vitest";
import { createGate } from "./gate";
import { createKeyLock } from "./key-lock";

test("who hangs up while waiting for its turn starts nothing, and holds nobody up", async () => {
  const lock = createKeyLock();
  const { signal } = new AbortController();
  const hungUp = new AbortController();
  const gate = createGate();
  const ran: string[] = [];
  const work = (name: string) => () => Promise.resolve(ran.push(name));
  const first = lock("a", signal, async () => {
    await gate.pass();
    ran.push("first");
  });
  const second = lock("a", hungUp.signal, work("second"));
  const third = lock("a", signal, work("third"));
  await gate.arrived;
  hungUp.abort(new Error("hung up"));
  gate.open(undefined);
  await expect(second).rejects.toThrow("hung up");
  await Promise.all([first, third]);
  expect(ran).toEqual(["first", "third"]);
});
