const hoursPerMonth = 730;

/** USD an hour, to a hundredth of a cent: sums of parts carry no dust. */
export const perHour = (usd: number): number => Math.round(usd * 10_000) / 10_000;

export const fromCents = (cents: number): number => perHour(cents / 100);

export const fromMonthly = (usdPerMonth: number): number => perHour(usdPerMonth / hoursPerMonth);
