import type { Provider } from "@remuda/provider-kit";
import type { Chance } from "./chance";

export interface Shortcomings {
  /** Its machines are made, deleted and switched without a task: the answer comes before the effect. */
  readonly hidesTasks: boolean;
  /** How likely each machine is left out of a list, or of a stream's beginning. */
  overlooks: number;
  /** How likely it says that it switched a machine, and did not. */
  ignoresPower: number;
}

/** The platform as a poorer one would be: nothing of it breaks the manager's promises. */
export function poorer(platform: Provider, shortcomings: Shortcomings, chance: Chance): Provider {
  const { hidesTasks } = shortcomings;
  const fails = (likelihood: number) => likelihood > 0 && chance.happens(likelihood);
  const overlooked = () => fails(shortcomings.overlooks);
  const { watch } = platform;
  return {
    ...platform,
    async create(request, signal) {
      const { virtualMachine, task } = await platform.create(request, signal);
      return { virtualMachine, ...(task !== undefined && !hidesTasks && { task }) };
    },
    async delete(machine, signal) {
      const task = await platform.delete(machine, signal);
      return hidesTasks ? undefined : task;
    },
    async power(machine, operation, signal) {
      if (fails(shortcomings.ignoresPower)) return undefined;
      const task = await platform.power(machine, operation, signal);
      return hidesTasks ? undefined : task;
    },
    async *list(filter, signal) {
      for await (const machine of platform.list(filter, signal)) if (!overlooked()) yield machine;
    },
    async *watch(filter, signal) {
      let isSnapshot = true;
      for await (const event of watch?.(filter, signal) ?? []) {
        if (event.type === "bookmark") isSnapshot = false;
        if (!(isSnapshot && overlooked())) yield event;
      }
    },
  };
}
