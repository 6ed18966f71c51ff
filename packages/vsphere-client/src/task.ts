import type { VsphereClient } from "./client";
import { faultError, faultOf, VsphereError } from "./error";
import { readObject } from "./retrieve";
import type { MoRef, Vim } from "./schema";
import { updates } from "./updates";

/** How a task stands. `purged`: the server has forgotten it, as it does some minutes after the end; what it did is to be seen at its object. */
export type TaskProgress =
  | { state: "running"; percent: number | undefined; info: Vim<"TaskInfo"> }
  | { state: "done"; info: Vim<"TaskInfo"> }
  | { state: "failed"; error: VsphereError; info: Vim<"TaskInfo"> }
  | { state: "purged" };

export interface WaitForTask {
  /** Milliseconds; none: as long as it takes. 0: looks once. */
  waitMs?: number;
  onProgress?: (percent: number) => void;
}

/** Looks once, without waiting. */
export async function readTask(client: VsphereClient, task: MoRef, signal: AbortSignal): Promise<TaskProgress> {
  const read = await readObject(client, "Task", task, ["info"], signal);
  return read?.info ? progressOf(read.info) : { state: "purged" };
}

/** Answers when the task has ended or the time has passed. */
export async function waitForTask(
  client: VsphereClient,
  task: MoRef,
  { waitMs = Number.POSITIVE_INFINITY, onProgress }: WaitForTask,
  signal: AbortSignal,
): Promise<TaskProgress> {
  let seen = await readTask(client, task, signal);
  let percent: number | undefined;
  const tell = () => {
    if (seen.state !== "running" || seen.percent === undefined || seen.percent === percent) return;
    percent = seen.percent;
    onProgress?.(percent);
  };
  tell();
  if (seen.state !== "running" || waitMs <= 0) return seen;
  try {
    for await (const _ of updates(client, taskFilter(task), { waitMs }, signal)) {
      // A change may be of a part; the whole is one small answer.
      seen = await readTask(client, task, signal);
      tell();
      if (seen.state !== "running") return seen;
    }
  } catch (error) {
    if (!faultOf(error, "ManagedObjectNotFound")) throw error;
    // The task, or the collector with its session: the task itself knows.
    return await readTask(client, task, signal);
  }
  return seen;
}

/** What the task made or answered. Throws its error; NOT_FOUND where the server has forgotten it. */
export async function taskResult(
  client: VsphereClient,
  task: MoRef,
  signal: AbortSignal,
  options: Pick<WaitForTask, "onProgress"> = {},
): Promise<unknown> {
  const ended = await waitForTask(client, task, options, signal);
  if (ended.state === "failed") throw ended.error;
  if (ended.state === "done") return ended.info.result;
  throw new VsphereError("NOT_FOUND", `the server has forgotten the task ${task.value}`);
}

/** Asks a task to stop. One that has ended, or can't be stopped, goes on as it is: answers whether it was asked. */
export async function cancelTask(client: VsphereClient, task: MoRef, signal: AbortSignal): Promise<boolean> {
  try {
    await client.call(task, "CancelTask", {}, signal);
    return true;
  } catch (error) {
    if (faultOf(error, "ManagedObjectNotFound") || faultOf(error, "InvalidState") || faultOf(error, "NotSupported")) return false;
    throw error;
  }
}

export function progressOf(info: Vim<"TaskInfo">): TaskProgress {
  if (info.state === "success") return { state: "done", info };
  if (info.state !== "error") return { state: "running", percent: info.progress, info };
  const error = info.error
    ? faultError(info.error.fault, info.error.localizedMessage)
    : new VsphereError("PROTOCOL", "a task failed without an error");
  return { state: "failed", error, info };
}

const taskFilter = (task: MoRef): Vim<"PropertyFilterSpec"> => ({
  _typeName: "PropertyFilterSpec",
  propSet: [{ _typeName: "PropertySpec", type: "Task", all: false, pathSet: ["info.state", "info.progress"] }],
  objectSet: [{ _typeName: "ObjectSpec", obj: task, skip: false }],
});
