import type { _InstanceType } from "@aws-sdk/client-ec2";
import type { Clock } from "../clock";
import { CloudError } from "../error";
import type { OverrideError } from "./errors";
import { type Handler, overrideName } from "./order";
import type { Session } from "./session";
import { clientToken } from "./token";

/** RunInstances: one override after the other, each with a token that makes it idempotent. */
export const createRunInstances = (session: Session, clock: Clock): Handler => ({
  async launch(order, signal) {
    const { template, overrides, spot, maxPricePerHour, count } = order;
    const errors: OverrideError[] = [];
    for (const override of overrides) {
      const { instanceType, subnetId, zone } = override;
      try {
        const { Instances = [] } = await session.make(
          "RunInstances",
          ({ ec2 }, abortSignal) =>
            ec2.runInstances(
              {
                LaunchTemplate: { LaunchTemplateName: template, Version: "$Latest" },
                InstanceType: instanceType as _InstanceType, // The API knows more types than the SDK's list.
                MinCount: 1,
                MaxCount: count,
                ClientToken: clientToken({ ...order, overrides: [override] }, clock),
                ...(subnetId ? { SubnetId: subnetId } : zone ? { Placement: { AvailabilityZone: zone } } : {}),
                ...(spot
                  ? {
                      InstanceMarketOptions: {
                        MarketType: "spot" as const,
                        SpotOptions: maxPricePerHour > 0 ? { MaxPrice: String(maxPricePerHour) } : {},
                      },
                    }
                  : {}),
              },
              { abortSignal },
            ),
          signal,
        );
        return { instanceIds: Instances.flatMap(({ InstanceId }) => InstanceId ?? []), errors };
      } catch (error) {
        if (!(error instanceof CloudError) || error.reason !== "NO_CAPACITY") throw error;
        errors.push({ code: error.code ?? "", message: error.message, override: overrideName(override) });
      }
    }
    return { instanceIds: [], errors };
  },
  openOrders: () => Promise.resolve([]),
  cancel: () => Promise.resolve(),
});
