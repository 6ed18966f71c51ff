import { type CliError, exitStatuses } from "./exit-status";
import { printableJson } from "./text";

/** Whether the command line asks for JSON: programs that read the results as JSON read errors so too. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.some(
    (word, i) => /^(-o=?|--output=|--errors=)json$/.test(word) || (/^(-o|--output|--errors)$/.test(word) && flags[i + 1] === "json"),
  );
}

/** An error as one line of JSON. */
export function errorJson({ outcome, message, hint, violations, resource, serverReason }: CliError): string {
  const error = {
    ...{ reason: outcome, exitStatus: exitStatuses[outcome].code, message },
    ...(hint !== undefined && { hint }),
    ...(serverReason !== undefined && serverReason !== "" && { serverReason }),
    ...(resource && { resource }),
    ...(violations.length > 0 && { violations }),
  };
  return printableJson(JSON.stringify({ error }));
}
