import type { Clock } from "./clock";

/** How a cloud's API is reached. */
export interface Reach {
  /** Instead of the cloud's own address. */
  baseUrl?: string | undefined;
  clock?: Clock | undefined;
  /** Milliseconds that one answer may take; 30 s unless told. In real time, whatever the clock says. */
  timeoutMs?: number | undefined;
}
