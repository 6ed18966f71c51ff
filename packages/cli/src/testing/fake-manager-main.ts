import { startFakeManager } from "./fake-manager";

// What `remuda up` starts in its tests in place of the manager: with RUNS=1 machines run as soon as they are declared.
const address = process.argv[process.argv.indexOf("--listen") + 1] ?? "";
process.on("SIGTERM", () => process.exit(0));
void startFakeManager({ port: Number(address.split(":")[1]), runs: process.argv.includes("--runs") }).then(() =>
  console.log(JSON.stringify({ level: 30, time: Date.now(), msg: "listening", address })),
);
