/** One thing that is wrong with a resource. */
export interface Violation {
  /** Such as "spec.disks[0].sizeGiB"; empty for the whole. */
  path: string;
  /** What was expected, and what was there. */
  message: string;
}

/** Most violations that are told at once. */
export const maxViolations = 20;

/** Input that is wrong, with everything that is wrong about it. */
export class ResourceError extends Error {
  override readonly name = "ResourceError";
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], options?: ErrorOptions) {
    const told = violations.slice(0, maxViolations);
    super(told.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "), options);
    this.violations = told;
  }
}
