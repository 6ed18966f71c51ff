import type { Rule } from "./rule";
import { adoptionRules } from "./rules/adoption";
import { capabilityRules } from "./rules/capabilities";
import { consoleRules } from "./rules/console";
import { createRules } from "./rules/create";
import { deleteRules } from "./rules/delete";
import { diskRules } from "./rules/disks";
import { errorRules } from "./rules/errors";
import { hardwareRules } from "./rules/hardware";
import { identityRules } from "./rules/identity";
import { imageRules } from "./rules/images";
import { leftoverRules } from "./rules/leftovers";
import { listRules } from "./rules/list";
import { loadRules } from "./rules/load";
import { offerRules } from "./rules/offers";
import { powerRules } from "./rules/power";
import { reconfigureRules } from "./rules/reconfigure";
import { snapshotRules } from "./rules/snapshots";
import { sourceRules } from "./rules/sources";
import { taskRules } from "./rules/tasks";
import { watchRules } from "./rules/watch";
import { wireRules } from "./rules/wire";

/** Every rule, in the order of reports. Those that run alone come after the others; the one about leftovers is last. */
export const rules: readonly Rule[] = [
  ...capabilityRules,
  ...createRules,
  ...identityRules,
  ...deleteRules,
  ...adoptionRules,
  ...taskRules,
  ...powerRules,
  ...reconfigureRules,
  ...listRules,
  ...watchRules,
  ...sourceRules,
  ...hardwareRules,
  ...snapshotRules,
  ...imageRules,
  ...diskRules,
  ...offerRules,
  ...consoleRules,
  ...loadRules,
  ...wireRules,
  ...errorRules,
  ...leftoverRules,
];
