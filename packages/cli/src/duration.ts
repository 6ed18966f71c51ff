import { CliError } from "./exit-status";

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
// A timer takes at most a 31-bit number of milliseconds.
const longestMs = 24 * units.d;

/** "250ms", "30s", "5m", "1h30m"; a bare number is seconds. */
export function parseDurationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : // The expression takes no other units.
      parts.reduce((sum, [, n, unit]) => sum + Number(n) * units[unit as keyof typeof units], 0);
  const complete = parts.map(([part]) => part).join("") === text || /^\d+(\.\d+)?$/.test(text);
  if (!complete || text === "") throw new CliError("USAGE", `"${text}" is no duration`, { hint: "write it like 30s, 5m or 1h30m" });
  return Math.min(ms, longestMs);
}

/** "12s", "5m", "3h", "2d": how long ago, for people. */
export function humanAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 730 ? `${days}d` : `${Math.floor(days / 365)}y`;
}
