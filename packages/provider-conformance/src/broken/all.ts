import { brokenAdoption } from "./adoption";
import type { Broken } from "./broken";
import { brokenMachines } from "./machines";
import { brokenOptional } from "./optional";
import { brokenPower, brokenReconfigure } from "./power";
import { brokenSources } from "./sources";
import { brokenTasks } from "./tasks";
import { brokenWatch } from "./watch";
import { brokenWire } from "./wire";

/** One for every rule. */
export const brokenProviders: readonly Broken[] = [
  ...brokenMachines,
  ...brokenAdoption,
  ...brokenTasks,
  ...brokenPower,
  ...brokenReconfigure,
  ...brokenWatch,
  ...brokenSources,
  ...brokenOptional,
  ...brokenWire,
];
