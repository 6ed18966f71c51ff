import { expect, it } from "vitest";
import { createStanding } from "./standing";

const machine = (phase: string, provider = "sim") => ({ spec: { provider }, status: { phase } });
const provider = (name: string, phase: string) => ({ kind: "Provider", metadata: { name }, status: { phase } });

it("looks only at what changed, however many machines are awaited", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `vm-${i}`);
  const resources = new Map<string, ReturnType<typeof machine>>(names.map((name) => [name, machine("Creating")]));
  let looks = 0;
  const standing = createStanding({
    awaited: names,
    isThere: (resource) => {
      looks += 1;
      return resource === resources.get("vm-7");
    },
    vouches: () => false,
  });
  standing.take(resources);
  expect([looks, standing.late().size, standing.missing()]).toEqual([1_000, 999, ["provider/sim"]]);
  standing.take(resources, "vm-8");
  standing.take(resources, "another");
  expect(looks).toBe(1_001);
});

it("asks the Provider that a machine has now, and no longer the one that it had", () => {
  const resources = new Map<string, ReturnType<typeof machine> | ReturnType<typeof provider>>([
    ["a", machine("Running")],
    ["b", machine("Running", "rack")],
    ["provider/sim", provider("sim", "Connecting")],
    ["provider/rack", provider("rack", "Connected")],
  ]);
  const standing = createStanding({
    awaited: ["a", "b"],
    isThere: (resource) => resource !== undefined,
    vouches: (p) => p === resources.get("provider/rack"),
  });
  standing.take(resources);
  expect([standing.isReached(), standing.unseen()]).toEqual([false, [resources.get("provider/sim")]]);
  resources.set("a", machine("Running", "rack"));
  standing.take(resources, "a");
  expect([standing.isReached(), standing.unseen(), standing.missing()]).toEqual([true, [], []]);
  resources.delete("b");
  standing.take(resources, "b");
  expect([standing.isReached(), standing.missing()]).toEqual([false, ["b"]]);
});
