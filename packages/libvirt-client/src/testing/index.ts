export { type DaemonProcess, startDaemon, type TestDaemon, type TestDaemonOptions, whyNoDaemon } from "./daemon";
export { type TestGuest, testGuest } from "./guest";
export { until } from "./until";
