/** What is needed of a pino logger. */
export interface Logger {
  warn(fields: object, message: string): void;
}
