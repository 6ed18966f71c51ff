import type { Activity, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { type Clock, pause } from "../clock";
import { CloudError, isNotFound } from "../error";
import { allPages } from "../http/answers";
import { markOfTags } from "../mark";
import type { OverrideError } from "./errors";
import { type Handler, nameOf, type Order, sdkTags, tagsOf } from "./order";
import type { Session } from "./session";

const waitMs = 40_000;
const pollMs = 2_000;

/** An Auto Scaling group for each order. Its name is the machine's: a second order of the same finds the first. */
export function createAutoScalingGroup(session: Session, clock: Clock): Handler {
  const groups = (names: string[] | undefined, signal: AbortSignal) =>
    allPages<AutoScalingGroup>("aws", async (NextToken) => {
      const { AutoScalingGroups, NextToken: next } = await session.read(
        "DescribeAutoScalingGroups",
        ({ autoScaling }, abortSignal) =>
          autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: names, NextToken }, { abortSignal }),
        signal,
      );
      return { items: AutoScalingGroups ?? [], next };
    });

  async function create({ mark, template, overrides, spot, maxPricePerHour, count }: Order, signal: AbortSignal): Promise<void> {
    const subnets = [...new Set(overrides.flatMap(({ subnetId }) => subnetId ?? []))];
    const zones = [...new Set(overrides.flatMap(({ zone }) => zone ?? []))];
    const types = [...new Map(overrides.map(({ instanceType, weight }) => [instanceType, weight]))];
    await session.make(
      "CreateAutoScalingGroup",
      ({ autoScaling }, abortSignal) =>
        autoScaling.createAutoScalingGroup(
          {
            AutoScalingGroupName: nameOf(mark),
            MinSize: 0,
            MaxSize: count,
            DesiredCapacity: count,
            ...(subnets.length > 0 ? { VPCZoneIdentifier: subnets.join(",") } : { AvailabilityZones: zones }),
            MixedInstancesPolicy: {
              LaunchTemplate: {
                LaunchTemplateSpecification: { LaunchTemplateName: template, Version: "$Latest" },
                Overrides: types.map(([InstanceType, weight]) => ({
                  InstanceType,
                  ...(weight ? { WeightedCapacity: String(weight) } : {}),
                })),
              },
              InstancesDistribution: {
                OnDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
                ...(spot ? { SpotAllocationStrategy: "price-capacity-optimized" } : {}),
                ...(spot && maxPricePerHour > 0 ? { SpotMaxPrice: String(maxPricePerHour) } : {}),
              },
            },
            // Who shall live and who not is decided elsewhere.
            NewInstancesProtectedFromScaleIn: true,
            Tags: sdkTags(mark).map((tag) => ({ ...tag, PropagateAtLaunch: true })),
          },
          { abortSignal },
        ),
      signal,
    );
  }

  /** Why nothing comes: activities that failed say it in words that begin with EC2's. */
  async function problemsOf(name: string, signal: AbortSignal): Promise<OverrideError[]> {
    const { Activities = [] } = await session.read(
      "DescribeScalingActivities",
      ({ autoScaling }, abortSignal) => autoScaling.describeScalingActivities({ AutoScalingGroupName: name }, { abortSignal }),
      signal,
    );
    return Activities.filter(({ StatusCode }) => StatusCode === "Failed").map(toError);
  }

  const cancel: Handler["cancel"] = async (name, signal) => {
    try {
      await session.read(
        "DeleteAutoScalingGroup",
        ({ autoScaling }, abortSignal) =>
          autoScaling.deleteAutoScalingGroup({ AutoScalingGroupName: name, ForceDelete: true }, { abortSignal }),
        signal,
      );
    } catch (error) {
      // What there is not is told as a wrong value.
      const gone = error instanceof CloudError && error.code === "ValidationError" && error.message.includes("not found");
      if (!gone && !isNotFound(error)) throw error;
    }
  };

  return {
    async launch(order, signal) {
      const name = nameOf(order.mark);
      await create(order, signal).catch((error: unknown) => {
        if (!(error instanceof CloudError) || error.reason !== "CONFLICT") throw error;
      });
      const end = clock.now() + waitMs;
      for (;;) {
        const [group] = await groups([name], signal);
        const instanceIds = (group?.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
        const errors = instanceIds.length >= order.count ? [] : await problemsOf(name, signal);
        if (instanceIds.length >= order.count || clock.now() >= end || (errors.length > 0 && instanceIds.length === 0)) {
          if (instanceIds.length === 0) await cancel(name, signal);
          return { instanceIds, errors };
        }
        await pause(clock, pollMs, signal);
      }
    },
    async openOrders(signal) {
      return (await groups(undefined, signal)).flatMap(({ AutoScalingGroupName: name, Tags, Instances = [], Status }) => {
        const mark = markOfTags(tagsOf(Tags));
        if (!name || !mark || Status !== undefined) return [];
        return [{ id: `asg:${name}`, mark, instanceIds: Instances.flatMap(({ InstanceId }) => InstanceId ?? []) }];
      });
    },
    cancel,
  };
}

function toError({ StatusMessage = "" }: Activity): OverrideError {
  // "We currently do not have sufficient g5.xlarge capacity …" and "Could not launch … InsufficientInstanceCapacity - …" mean the same.
  const code = /\b([A-Z][A-Za-z]+(?:Capacity|Exceeded|TooLow|Failure|Operation))\b/.exec(StatusMessage)?.[1];
  return {
    code: code ?? (/sufficient .*capacity/i.test(StatusMessage) ? "InsufficientInstanceCapacity" : "Failed"),
    message: StatusMessage,
    override: "group",
  };
}
