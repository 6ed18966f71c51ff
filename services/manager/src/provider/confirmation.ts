type Verdict = "right" | "wrong" | "unknown";

/**
 * Whether what answers is known to be the expected platform. When a stream broke or a connection ended, another one may have come behind the
 * same address: then only a check that begins later counts.
 */
export interface Confirmation {
  readonly confirmed: boolean;
  /** What was found so far counts no more. */
  doubt(): void;
  /** A check begins; the answer takes what it found. */
  begin(): (verdict: Verdict) => void;
  /** Whether the next check that begins finds the expected platform. */
  next(): Promise<boolean>;
}

export function createConfirmation(): Confirmation {
  let begun = 0;
  let doubtedAt = 0;
  let confirmed = false;
  let waiting: { after: number; tell(right: boolean): void }[] = [];
  return {
    get confirmed() {
      return confirmed;
    },
    doubt() {
      confirmed = false;
      doubtedAt = begun;
    },
    begin() {
      const check = ++begun;
      return (verdict) => {
        const right = verdict === "right" && check > doubtedAt;
        if (right) confirmed = true;
        else if (verdict === "wrong") confirmed = false;
        const told = waiting.filter(({ after }) => after < check);
        waiting = waiting.filter(({ after }) => after >= check);
        for (const { tell } of told) tell(right);
      };
    },
    next: () => new Promise((tell) => waiting.push({ after: begun, tell })),
  };
}
