export { type DaemonProcess, startDaemon, type TestDaemon, type TestDaemonOptions, whyNoDaemon } from "./daemon";
export { guestXml } from "./domain";
export { type TestGuest, testGuest } from "./guest";
export { startSshd, type TestSshd, type TestSshdOptions } from "./sshd";
export { until } from "./until";
