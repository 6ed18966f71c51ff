import type { Rule } from "./rule";
import { createRules } from "./rules/create";
import { deleteRules } from "./rules/delete";
import { identityRules } from "./rules/identity";
import { leftoverRules } from "./rules/leftovers";

/** Every rule, in the order of reports. The one about leftovers is last. */
export const rules: readonly Rule[] = [...createRules, ...identityRules, ...deleteRules, ...leftoverRules];
