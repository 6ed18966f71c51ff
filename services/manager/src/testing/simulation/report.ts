import type { Outcome } from "./simulate";

/** For whoever has to find out why: what was broken, the story of the run, and how to see it again. */
export const report = ({ seed, broken, trace }: Outcome): string =>
  [
    `seed ${seed} broke ${broken.length} promises; what was done and what went wrong, by seconds:`,
    ...trace.operations,
    ...broken.map((what) => `BROKEN: ${what}`),
    `all of it, with every call and commit: npm run simulate -- --seed ${seed} --trace`,
  ].join("\n");
