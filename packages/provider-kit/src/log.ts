import { type Logger, pino } from "pino";

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const secretFields = ["userData", "user_data", "networkConfig", "network_config", "password", "ticket", "token", "authorization"];

/** JSON lines on standard output. Should a secret's field be logged, its value is not. */
export const createLog = (level: LogLevel, name: string): Logger =>
  pino({
    level,
    base: { provider: name },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]), censor: "[redacted]" },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
