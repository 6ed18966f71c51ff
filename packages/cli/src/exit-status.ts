/** What the exit status of `remuda` says. */
export const exitStatuses = {
  OK: { code: 0, meaning: "done" },
  ERROR: { code: 1, meaning: "something else went wrong; the message says what" },
  DIFFERENT: { code: 1, meaning: "`remuda diff`: apply would change something" },
  USAGE: { code: 2, meaning: "the command line is wrong: an unknown command, flag or argument" },
  NOT_FOUND: { code: 3, meaning: "a resource, kind or file does not exist" },
  CONFLICT: { code: 4, meaning: "it exists already, or was changed meanwhile" },
  TIMEOUT: { code: 5, meaning: "the time for waiting passed; what was begun goes on" },
  UNREACHABLE: { code: 6, meaning: "the server can't be reached or does not answer" },
  INVALID: { code: 7, meaning: "a file or a field is wrong" },
  DENIED: { code: 8, meaning: "the server wants another token, or refuses this one" },
  RUNNING: { code: 9, meaning: "`remuda up` runs already with this home folder, or its port is taken" },
  FAILED: { code: 10, meaning: "what was waited for failed, or a provider breaks a conformance rule" },
  INTERRUPTED: { code: 130, meaning: "stopped by Ctrl-C" },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type Outcome = keyof typeof exitStatuses;

/** A field that the server refused. */
export interface Violation {
  /** Such as "spec.disks[0].sizeGiB". */
  field: string;
  description: string;
  /** "web.yaml:17", where it comes from a file. */
  where?: string;
}

export interface CliErrorOptions {
  /** What to do about it. */
  hint?: string;
  cause?: unknown;
  violations?: readonly Violation[];
  /** Which resource of an Apply it is about. */
  index?: number;
  /** Which resource it is about. */
  resource?: { kind: string; name: string };
  /** The manager's own reason, such as "INVALID_SPEC". */
  serverReason?: string;
}

/** How every command fails: what happened and where, in `message`; what to do, in `hint`. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly hint: string | undefined;
  readonly violations: readonly Violation[];
  readonly index: number | undefined;
  readonly resource: { kind: string; name: string } | undefined;
  readonly serverReason: string | undefined;

  constructor(
    readonly outcome: Outcome,
    message: string,
    options: CliErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.violations = options.violations ?? [];
    this.index = options.index;
    this.resource = options.resource;
    this.serverReason = options.serverReason;
  }
}

/** The statuses as a list for people. */
export const exitStatusText = (): string =>
  Object.values(exitStatuses)
    .map(({ code, meaning }) => `${String(code).padStart(4)}  ${meaning}`)
    .join("\n");
