import { DescribeResponse, ProviderError } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { createPhase, shown } from "../testing/phase";
import { basics, createWorld, machine, ready, type World } from "../testing/world";
import { launch } from "./launch";
import { condition } from "./work";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** What Ready says when the platform has a machine of that name already, with this mark. */
async function refusal(mark: { owner: string; uid: string } | "not told") {
  const metadata: Record<string, string> = mark === "not told" ? {} : { id: "m-9" };
  const phase = await createPhase({
    calls: {
      create: () => Promise.reject(new ProviderError("ALREADY_EXISTS", "web is taken", { metadata })),
      describeAny: ({ id }) =>
        mark === "not told" || id !== "m-9"
          ? Promise.reject(new ProviderError("NOT_FOUND", "no such machine"))
          : Promise.resolve(DescribeResponse.fromPartial({ virtualMachine: shown(mark.uid, { owner: mark.owner }) })),
    },
  });
  const work = await phase.begin();
  await launch(work, phase.connection, phase.context, phase.signal);
  const { reason, message = "" } = condition(work.status, "Ready") ?? {};
  expect(reason).toBe("ALREADY_EXISTS");
  expect(work.status.failures).toMatchObject({ reason: "ALREADY_EXISTS", message });
  expect(message).toContain("web is taken on provider sim");
  expect(message).toContain("delete this VirtualMachine and apply it again under another name");
  return { message, uid: work.vm.metadata.uid };
}

test("a name that is taken: whose it is", async () => {
  expect((await refusal({ owner: "", uid: "" })).message).toContain("it was not made by Remuda");
  expect((await refusal({ owner: "elsewhere", uid: "u" })).message).toContain("another Remuda installation (owner elsewhere)");
  expect((await refusal({ owner: "owner", uid: "u" })).message).toContain("a VirtualMachine that is not there any more (uid u)");
  expect((await refusal("not told")).message).not.toContain(", and");
});

test("a name that a machine of other making has on a real provider", async () => {
  world = await createWorld();
  const id = await world.sim.addForeignMachine({ name: "web" });
  await world.apply(...basics(world.provider.address), machine("web"));
  const failed = await world.machine("web", (vm) => vm.status?.phase === "Failed");
  expect(ready(failed)?.message).toMatch(new RegExp(`${id} is named web already on provider sim, and it was not made by Remuda; delete`));
});

test("a machine that waits for its provider says where that is and what it said last", async () => {
  world = await createWorld();
  await world.apply(...basics("127.0.0.1:1"), machine("web"));
  const waiting = await world.machine("web", (vm) => ready(vm)?.message.includes("UNAVAILABLE") ?? false);
  expect(ready(waiting)).toMatchObject({ reason: "ProviderNotReady" });
  expect(ready(waiting)?.message).toMatch(/provider sim at 127\.0\.0\.1:1 is not connected yet: UNAVAILABLE: .*ECONNREFUSED/);
});
