import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import type { Shape } from "../catalog";
import type { Instance, InstanceStatus } from "../cloud";
import { CloudError } from "../error";
import { markOfTags } from "../mark";
import { type OpenOrder, tagsOf } from "./order";

const statuses: Readonly<Record<string, InstanceStatus>> = {
  pending: "pending",
  running: "running",
  stopping: "stopping",
  stopped: "stopped",
  "shutting-down": "terminating",
};

/** Undefined: it is terminated, though EC2 shows it for a while. */
export function viewOf(instance: Ec2Instance, region: string, shapeOf: (type: string) => Shape): Instance | undefined {
  const { InstanceId: id, State, StateReason, Tags, Placement, InstanceLifecycle, LaunchTime, InstanceType = "" } = instance;
  const status = statuses[State?.Name ?? ""];
  if (!id || !status) return undefined;
  const tags = tagsOf(Tags);
  // Who takes a spot instance back says so in the reason of its state.
  const interrupted = status !== "running" && /Server\.(SpotInstance|Insufficient)/.test(StateReason?.Code ?? "");
  return {
    id,
    mark: markOfTags(tags),
    name: tags.Name ?? "",
    status,
    ...(interrupted ? { problem: new CloudError("NO_CAPACITY", `aws: ${StateReason?.Message ?? StateReason?.Code}`) } : {}),
    addresses: [instance.PublicIpAddress, instance.PrivateIpAddress].filter((address): address is string => !!address),
    region,
    zone: Placement?.AvailabilityZone ?? "",
    ...shapeOf(InstanceType),
    spot: InstanceLifecycle === "spot",
    ...(LaunchTime ? { createdAt: LaunchTime.getTime() } : {}),
  };
}

/** An order that has brought nothing yet: it may, and so it counts. */
export const viewOfOrder = ({ id, mark }: OpenOrder, region: string): Instance => ({
  id,
  mark,
  name: mark.name,
  status: "pending",
  addresses: [],
  region,
  zone: "",
  instanceType: "",
  gpu: undefined,
  cpus: 0,
  memoryGib: 0,
  diskGib: 0,
  spot: false,
  pricePerHour: 0,
});
