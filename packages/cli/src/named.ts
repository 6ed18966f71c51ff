import type { JsonObject } from "@bufbuild/protobuf";
import type { Api } from "./api/api";
import { CliError } from "./exit-status";
import { textAt } from "./field-path";
import { nearest, oneLine } from "./text";

// Of so many the nearest is looked for.
const mostNames = 2_000;

/** The resource; if it is not there, the error says which name was probably meant, else `otherwise`. */
export async function getNamed(api: Api, kind: string, name: string, otherwise?: string): Promise<JsonObject> {
  try {
    return await api.get(kind, name);
  } catch (error) {
    if (!(error instanceof CliError && error.outcome === "NOT_FOUND")) throw error;
    const near = nearest(name, await namesOf(api, kind));
    const hint = near === undefined ? (otherwise ?? error.hint) : `did you mean ${oneLine(near)}?`;
    const { violations, serverReason } = error;
    throw new CliError(error.outcome, error.message, { hint, violations, serverReason, resource: { kind, name }, cause: error });
  }
}

async function namesOf(api: Api, kind: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of api.list({ kind })) {
    names.push(...page.map((r) => textAt(r, "metadata.name")));
    if (names.length >= mostNames) break;
  }
  return names;
}
