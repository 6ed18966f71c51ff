import { expect, test } from "vitest";
import { nameOf, uidOf } from "./installation";
import { eventually } from "./program";
import { launchMany, providers, startTwoProviders } from "./two-providers";

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const phaseOf = (resource: { status?: unknown }) => (resource.status as { phase?: string } | undefined)?.phase;

test("with calls failing, answers lost and one provider paused, the other's machines come and go as before, and all converges", async () => {
  const installation = await startTwoProviders();
  const { api } = installation;
  const list = async () => (await api.list({ kind: "VirtualMachine", pageSize: 1000 })).resources;
  try {
    await Promise.all(providers.map((name) => launchMany(installation, name, names(`${name}-before`, 20), 10)));

    installation.pause("paused");
    const waiting = launchMany(installation, "paused", names("paused-meanwhile", 20), 20);
    await eventually("work waits for what is paused", async () =>
      (await list()).some((resource) => nameOf(resource).startsWith("paused-meanwhile")),
    );
    await launchMany(installation, "other", names("other-meanwhile", 40), 10);
    for (const name of names("other-before", 10)) await api.delete({ kind: "VirtualMachine", name });
    for (const name of names("paused-before", 10)) await api.delete({ kind: "VirtualMachine", name });
    await eventually("the other's deleted machines are gone", async () => {
      const left = (await list()).filter((resource) => nameOf(resource).startsWith("other-before"));
      return left.length === 10;
    });
    // It is paused all this time: nothing of what was asked of it is done, and nothing that it had is taken for lost.
    const meanwhile = await list();
    const ofPaused = (prefix: string) => meanwhile.filter((resource) => nameOf(resource).startsWith(prefix));
    expect(ofPaused("paused-meanwhile").map(phaseOf)).not.toContain("Running");
    expect(ofPaused("paused-before")).toHaveLength(20);
    for (const resource of ofPaused("paused-before")) expect(phaseOf(resource)).toBeOneOf(["Running", "Deleting"]);
    installation.resume("paused");
    await waiting;

    const resources = await eventually("every machine is Running", async () => {
      const all = await list();
      return all.length === 80 && all.every((resource) => phaseOf(resource) === "Running") ? all : undefined;
    });
    for (const provider of providers) {
      const uids = resources.filter((resource) => (resource.spec as { provider: string }).provider === provider).map(uidOf);
      const platform = await eventually(`${provider} has what is declared`, async () => {
        const machines = await installation.machines(provider);
        return machines.length === uids.length ? machines : undefined;
      });
      expect(platform.map(({ uid }) => uid).sort()).toEqual(uids.sort());
    }
  } finally {
    await installation.stop();
  }
}, 240_000);
