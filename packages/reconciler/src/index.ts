export { type Backoff, type BackoffOptions, createBackoff } from "./backoff";
export { type Clock, pause, systemClock } from "./clock";
export { createQueue, type Queue, type QueueOptions } from "./queue";
export { type ReconcilerOptions, type Result, runReconciler } from "./reconciler";
