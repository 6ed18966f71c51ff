export { type DaemonProcess, startDaemon, type TestDaemon, type TestDaemonOptions, whyNoDaemon } from "./daemon";
export { type TestGuest, testGuest } from "./guest";
export { startSshd, type TestSshd, type TestSshdOptions } from "./sshd";
export { until } from "./until";
