const patienceMs = 10_000;

/**
 * Ends this process with the one that started it. The starter holds the other end of standard input and never writes: its end, by whatever
 * death, is the end of this stream.
 */
export function endWithStarter(): void {
  process.stdin.on("end", leave);
  process.stdin.on("error", leave);
  process.stdin.resume();
  // A service that has finished by itself may go.
  process.stdin.unref();
}

function leave(): void {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), patienceMs).unref();
}
