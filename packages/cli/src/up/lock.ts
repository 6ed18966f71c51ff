import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CliError } from "../exit-status";
import { diskProblem } from "./disk";
import { identify, isAlive, type ProcessIdentity } from "./process-identity";

const identitySchema = z.object({ pid: z.int().positive(), started: z.string() });
const recordSchema = z.object({ owner: identitySchema, address: z.string(), children: z.record(z.string(), identitySchema) });
type LockRecord = z.output<typeof recordSchema>;

/** Held while `remuda up` runs on a home folder; it also remembers the processes to end if this one is killed. */
export interface Lock {
  /** Processes of a run that was killed, still alive. */
  leftovers: readonly ProcessIdentity[];
  /** Notes where the manager listens, once that is settled. */
  settle(address: string): void;
  /** Notes a process that now serves under that name. */
  record(name: string, pid: number): void;
  release(): void;
}

/** Takes the lock, also from a run that is dead. RUNNING if the other run lives. What can't be noted later on is said. */
export function takeLock(home: string, address: string, say: (line: string) => void = () => {}): Lock {
  const path = join(home, "up.lock");
  const mine: LockRecord = { owner: identify(process.pid), address, children: {} };
  const draft = `${path}.${process.pid}`;
  const leftovers: ProcessIdentity[] = [];
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
    for (let attempt = 0; !claim(draft, path); attempt++) {
      const text = readOrNothing(path);
      if (text === undefined) continue;
      const other = parseRecord(text);
      if (other && isAlive(other.owner)) throw alreadyRunning(home, other);
      if (attempt > 10) throw new CliError("RUNNING", `${path} changes hands again and again`, { hint: "wait a moment and try again" });
      if (retire(path, text)) leftovers.push(...Object.values(other?.children ?? {}).filter(isAlive));
    }
  } catch (cause) {
    throw cause instanceof CliError ? cause : unusable(home, cause);
  } finally {
    removeQuietly(draft);
  }
  let said = false;
  const save = () => {
    try {
      writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
      renameSync(draft, path);
    } catch (error) {
      removeQuietly(draft);
      if (said) return;
      said = true;
      say(
        `${diskProblem(error)}: ${path} does not tell which processes run; were this one killed, the next may have to wait for their ports`,
      );
    }
  };
  return {
    leftovers,
    settle: (settled) => {
      mine.address = settled;
      save();
    },
    record: (name, pid) => {
      mine.children[name] = identify(pid);
      save();
    },
    release: () => removeQuietly(path),
  };
}

/** On a disk that is read-only by now it stays: a lock of a dead run stops nobody. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // As said.
  }
}

const unusable = (home: string, cause: unknown) =>
  new CliError("ERROR", `the home folder ${home} can't be used: ${diskProblem(cause)}`, {
    hint: "put that right, or name another folder with --home DIR",
    cause,
  });

/** A link appears with its content at once, and only where nothing is. */
function claim(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead run's lock away. Someone else may have been faster: then what was moved is a living one's, and goes back. */
function retire(path: string, text: string): boolean {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const same = readOrNothing(aside) === text;
  if (!same) claim(aside, path);
  rmSync(aside, { force: true });
  return same;
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const alreadyRunning = (home: string, { owner, address }: LockRecord) =>
  new CliError("RUNNING", `remuda is already running (pid ${owner.pid}); its manager is at ${address}`, {
    hint: `use it, stop it with Ctrl-C or \`kill ${owner.pid}\`, or start another with --home DIR (this one is ${home}) and other ports`,
  });
