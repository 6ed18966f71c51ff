import type { SpotFleetRequestConfig } from "@aws-sdk/client-ec2";
import { type Clock, pause } from "../clock";
import { CloudError, isNotFound } from "../error";
import { allPages } from "../http/answers";
import { markOfTags } from "../mark";
import { fleetOverride, type Handler, sdkTags, tagsOf } from "./order";
import type { Session } from "./session";
import { clientToken } from "./token";

const waitMs = 40_000;
const pollMs = 2_000;

/** Spot Fleet, which needs a role of IAM; on demand it buys too. */
export function createSpotFleet(session: Session, iamFleetRole: string | undefined, clock: Clock): Handler {
  const instancesOf = async (id: string, signal: AbortSignal): Promise<string[]> =>
    (
      await allPages("aws", async (NextToken) => {
        const { ActiveInstances, NextToken: next } = await session.read(
          "DescribeSpotFleetInstances",
          ({ ec2 }, abortSignal) => ec2.describeSpotFleetInstances({ SpotFleetRequestId: id, NextToken }, { abortSignal }),
          signal,
        );
        return { items: ActiveInstances ?? [], next };
      })
    ).flatMap(({ InstanceId }) => InstanceId ?? []);

  const cancel: Handler["cancel"] = async (id, signal) => {
    try {
      await session.read(
        "CancelSpotFleetRequests",
        ({ ec2 }, abortSignal) => ec2.cancelSpotFleetRequests({ SpotFleetRequestIds: [id], TerminateInstances: true }, { abortSignal }),
        signal,
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  return {
    async launch(order, signal) {
      const { mark, template, overrides, spot, maxPricePerHour, count } = order;
      if (!iamFleetRole) throw new CloudError("INVALID_SPEC", "aws: a Spot Fleet needs iamFleetRole in the credentials");
      const SpotFleetRequestConfig = {
        ClientToken: clientToken(order, clock),
        IamFleetRole: iamFleetRole,
        Type: "request" as const,
        TargetCapacity: count,
        OnDemandTargetCapacity: spot ? 0 : count,
        AllocationStrategy: spot ? ("priceCapacityOptimized" as const) : ("lowestPrice" as const),
        TerminateInstancesWithExpiration: true,
        ...(maxPricePerHour > 0 ? { SpotPrice: String(maxPricePerHour) } : {}),
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateName: template, Version: "$Latest" },
            Overrides: overrides.map(fleetOverride),
          },
        ],
        TagSpecifications: [{ ResourceType: "spot-fleet-request" as const, Tags: sdkTags(mark) }],
      };
      const { SpotFleetRequestId: id = "" } = await session.make(
        "RequestSpotFleet",
        ({ ec2 }, abortSignal) => ec2.requestSpotFleet({ SpotFleetRequestConfig }, { abortSignal }),
        signal,
      );
      const end = clock.now() + waitMs;
      for (;;) {
        const instanceIds = await instancesOf(id, signal);
        if (instanceIds.length >= count || clock.now() >= end) {
          if (instanceIds.length === 0) await cancel(id, signal);
          return { instanceIds, errors: [] };
        }
        await pause(clock, pollMs, signal);
      }
    },
    async openOrders(signal) {
      const requests = await allPages<SpotFleetRequestConfig>("aws", async (NextToken) => {
        const { SpotFleetRequestConfigs, NextToken: next } = await session.read(
          "DescribeSpotFleetRequests",
          ({ ec2 }, abortSignal) => ec2.describeSpotFleetRequests({ NextToken }, { abortSignal }),
          signal,
        );
        return { items: SpotFleetRequestConfigs ?? [], next };
      });
      const open = [];
      for (const { SpotFleetRequestId: id, SpotFleetRequestState: state, SpotFleetRequestConfig: config, Tags } of requests) {
        const own = config?.TagSpecifications?.find(({ ResourceType }) => ResourceType === "spot-fleet-request")?.Tags;
        const mark = markOfTags(tagsOf(Tags && Tags.length > 0 ? Tags : own));
        if (!id || !mark || state?.startsWith("cancelled")) continue;
        open.push({ id: `spotfleet:${id}`, mark, instanceIds: await instancesOf(id, signal) });
      }
      return open;
    },
    cancel,
  };
}
