import type { InstanceStatus } from "../cloud";
import { CloudError } from "../error";
import type { VastInstance } from "./wire";

/** What four states say together; `actual_status` alone is not enough. */
export function stateOf(instance: VastInstance): { status: InstanceStatus; problem?: CloudError } {
  const {
    actual_status: actual,
    intended_status: intended,
    cur_state: current,
    next_state: next,
    is_bid: bid,
    status_msg: told,
  } = instance;
  if (bid && [actual, intended, current, next].every((state) => state === "stopped")) {
    return { status: "stopped", problem: new CloudError("NO_CAPACITY", "vast: the instance was outbid") };
  }
  const stop = intended === "stopped";
  switch (actual) {
    case "running":
      return { status: stop ? "stopping" : "running" };
    case "stopped":
    case "frozen":
      return { status: intended === "running" ? "pending" : "stopped" };
    case "exited":
    case "unknown":
    case "offline":
      if (stop && actual === "exited") return { status: "stopped" };
      return {
        status: "failed",
        problem: new CloudError(imageMissing(told) ? "INVALID_SPEC" : "INTERNAL", `vast: ${actual}: ${told ?? "no reason told"}`),
      };
    default:
      return { status: stop ? "stopping" : "pending" };
  }
}

/** In the words of the container engine, which has no codes. */
const imageMissing = (told: string | null | undefined): boolean =>
  /manifest|pull access denied|repository does not exist/i.test(told ?? "");
