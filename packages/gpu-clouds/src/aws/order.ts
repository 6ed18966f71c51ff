import type { _InstanceType, FleetLaunchTemplateOverridesRequest } from "@aws-sdk/client-ec2";
import type { Mark } from "../cloud";
import { markTags } from "../mark";
import type { OverrideError } from "./errors";

/** What a handler shall launch. */
export interface Order {
  mark: Mark;
  /** The launch template's name: it holds image, user data, disk and tags. */
  template: string;
  /** Where and what, best first. */
  overrides: readonly Override[];
  spot: boolean;
  /** 0: no limit. */
  maxPricePerHour: number;
  count: number;
}

/** One way to launch: a type in a subnet, or in a zone's default subnet. */
export interface Override {
  instanceType: string;
  subnetId?: string | undefined;
  zone?: string | undefined;
  /** What one instance of it counts for. */
  weight?: number | undefined;
}

/** What came of an order. `errors` may stand beside instances: then it is partial. */
export interface Delivery {
  instanceIds: string[];
  errors: OverrideError[];
}

/** Something that was ordered and may still bring instances. */
export interface OpenOrder {
  /** KIND:ID, such as "asg:remuda-…". */
  id: string;
  mark: Mark;
  instanceIds: string[];
}

/** One of the ways in which EC2 gives instances. */
export interface Handler {
  launch(order: Order, signal: AbortSignal): Promise<Delivery>;
  /** Orders that bear a mark, so that what was begun and never answered is found. */
  openOrders(signal: AbortSignal): Promise<OpenOrder[]>;
  /** Ends an order with all its instances. Of what is gone: done. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

/** The same for the same machine: what exists already is taken up, not made again. */
export const nameOf = ({ uid }: Mark): string => `remuda-${uid}`;

export const sdkTags = (mark: Mark) => Object.entries(markTags(mark)).map(([Key, Value]) => ({ Key, Value }));

export const tagsOf = (tags: readonly { Key?: string; Value?: string }[] | undefined): Record<string, string | undefined> =>
  Object.fromEntries((tags ?? []).map(({ Key = "", Value }) => [Key, Value]));

export const fleetOverride = ({ instanceType, subnetId, zone, weight }: Override): FleetLaunchTemplateOverridesRequest => ({
  InstanceType: instanceType as _InstanceType, // The API knows more types than the SDK's list.
  ...(subnetId ? { SubnetId: subnetId } : { AvailabilityZone: zone }),
  ...(weight ? { WeightedCapacity: weight } : {}),
});

export const overrideName = ({ instanceType, subnetId, zone }: Override): string => `${subnetId ?? zone ?? "any zone"} ${instanceType}`;

export const told = (overrides: { SubnetId?: string; AvailabilityZone?: string; InstanceType?: string } | undefined): string =>
  overrideName({ instanceType: overrides?.InstanceType ?? "", subnetId: overrides?.SubnetId, zone: overrides?.AvailabilityZone });
