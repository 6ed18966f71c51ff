import type { FleetData } from "@aws-sdk/client-ec2";
import { type Clock, pause } from "../clock";
import { isNotFound } from "../error";
import { allPages } from "../http/answers";
import { markOfTags } from "../mark";
import { type Delivery, fleetOverride, type Handler, type Order, sdkTags, tagsOf, told } from "./order";
import type { Session } from "./session";
import { clientToken } from "./token";

export type FleetType = "instant" | "request" | "maintain";

const waitMs = 40_000;
const pollMs = 2_000;

/** EC2Fleet. An instant one answers its instances; of the others they are read until all are there, or the time has passed. */
export function createEc2Fleet(session: Session, type: FleetType, clock: Clock): Handler {
  async function create(order: Order, signal: AbortSignal) {
    const { mark, template, overrides, spot, maxPricePerHour, count } = order;
    const price = maxPricePerHour > 0 ? { MaxTotalPrice: String(maxPricePerHour * count) } : {};
    return await session.make(
      "CreateFleet",
      ({ ec2 }, abortSignal) =>
        ec2.createFleet(
          {
            ClientToken: clientToken(order, clock),
            Type: type,
            LaunchTemplateConfigs: [
              {
                LaunchTemplateSpecification: { LaunchTemplateName: template, Version: "$Latest" },
                Overrides: overrides.map(fleetOverride),
              },
            ],
            TargetCapacitySpecification: {
              TotalTargetCapacity: count,
              DefaultTargetCapacityType: spot ? "spot" : "on-demand",
              OnDemandTargetCapacity: spot ? 0 : count,
              SpotTargetCapacity: spot ? count : 0,
            },
            ...(spot
              ? { SpotOptions: { AllocationStrategy: "price-capacity-optimized" as const, ...price } }
              : { OnDemandOptions: { AllocationStrategy: "lowest-price" as const, ...price } }),
            ...(type === "maintain" ? { ReplaceUnhealthyInstances: false, TerminateInstancesWithExpiration: true } : {}),
            TagSpecifications: [{ ResourceType: "fleet", Tags: sdkTags(mark) }],
          },
          { abortSignal },
        ),
      signal,
    );
  }

  const instancesOf = async (fleetId: string, signal: AbortSignal): Promise<string[]> =>
    (
      await allPages("aws", async (NextToken) => {
        const call = ({ ec2 }: Parameters<Parameters<Session["read"]>[1]>[0], abortSignal: AbortSignal) =>
          ec2.describeFleetInstances({ FleetId: fleetId, NextToken }, { abortSignal });
        const { ActiveInstances, NextToken: next } = await session.read("DescribeFleetInstances", call, signal);
        return { items: ActiveInstances ?? [], next };
      })
    ).flatMap(({ InstanceId }) => InstanceId ?? []);

  async function delivered(fleetId: string, count: number, signal: AbortSignal): Promise<Delivery> {
    const end = clock.now() + waitMs;
    for (;;) {
      const instanceIds = await instancesOf(fleetId, signal);
      if (instanceIds.length >= count || clock.now() >= end) {
        return { instanceIds, errors: instanceIds.length >= count ? [] : await problemsOf(fleetId, signal) };
      }
      await pause(clock, pollMs, signal);
    }
  }

  async function problemsOf(fleetId: string, signal: AbortSignal) {
    const { Fleets = [] } = await session.read(
      "DescribeFleets",
      ({ ec2 }, abortSignal) => ec2.describeFleets({ FleetIds: [fleetId] }, { abortSignal }),
      signal,
    );
    return Fleets.flatMap(({ Errors = [] }) => Errors).map(toError);
  }

  const cancel: Handler["cancel"] = async (id, signal) => {
    try {
      if (type === "maintain") {
        // A fleet that maintains its number would start another for each that goes.
        const TargetCapacitySpecification = { TotalTargetCapacity: 0 };
        await session.read(
          "ModifyFleet",
          ({ ec2 }, abortSignal) => ec2.modifyFleet({ FleetId: id, TargetCapacitySpecification }, { abortSignal }),
          signal,
        );
      }
      await session.read(
        "DeleteFleets",
        ({ ec2 }, abortSignal) => ec2.deleteFleets({ FleetIds: [id], TerminateInstances: true }, { abortSignal }),
        signal,
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  return {
    async launch(order, signal) {
      const { FleetId = "", Instances, Errors } = await create(order, signal);
      const delivery =
        type === "instant"
          ? { instanceIds: (Instances ?? []).flatMap(({ InstanceIds }) => InstanceIds ?? []), errors: (Errors ?? []).map(toError) }
          : await delivered(FleetId, order.count, signal);
      // What brought nothing must not bring something later.
      if (delivery.instanceIds.length === 0) await cancel(FleetId, signal);
      return delivery;
    },
    async openOrders(signal) {
      const fleets = await allPages<FleetData>("aws", async (NextToken) => {
        const { Fleets, NextToken: next } = await session.read(
          "DescribeFleets",
          ({ ec2 }, abortSignal) => ec2.describeFleets({ NextToken }, { abortSignal }),
          signal,
        );
        return { items: Fleets ?? [], next };
      });
      const open = [];
      for (const { FleetId, FleetState, Tags, Type } of fleets) {
        const mark = markOfTags(tagsOf(Tags));
        if (!FleetId || !mark || Type !== type || FleetState?.startsWith("deleted")) continue;
        open.push({ id: `fleet:${FleetId}`, mark, instanceIds: await instancesOf(FleetId, signal) });
      }
      return open;
    },
    cancel,
  };
}

interface FleetError {
  ErrorCode?: string;
  ErrorMessage?: string;
  LaunchTemplateAndOverrides?: { Overrides?: { SubnetId?: string; AvailabilityZone?: string; InstanceType?: string } };
}

const toError = ({ ErrorCode = "", ErrorMessage = "", LaunchTemplateAndOverrides: tried }: FleetError) => ({
  code: ErrorCode,
  message: ErrorMessage,
  override: told(tried?.Overrides),
});
