/** Runs `work` on every item, at most `limit` at once; answers in the items' order and fails with the first error after all have ended. */
export async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const outcomes: PromiseSettledResult<R>[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) {
      [outcomes[index] = { status: "rejected", reason: "not run" }] = await Promise.allSettled([work(item)]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
