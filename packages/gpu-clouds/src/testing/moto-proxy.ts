import type { Clock } from "../clock";
import { type Double, type DoubleRequest, serveDouble } from "./double";

export interface MotoProxy extends Double {
  /** Errors that a fleet has beside what it brings, by code; it brings one instance then. */
  partial: { codes: readonly string[] };
}

const xml = { "content-type": "text/xml;charset=UTF-8" };

/** An EC2 refusal, as a fault's answer. */
export const ec2Refusal = (status: number, code: string, message = code) => ({
  status,
  headers: xml,
  body: `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r-1</RequestID></Response>`,
});

/**
 * Stands before moto, which never runs out of anything: faults are scripted by action ("POST /CreateFleet"). Adds ModifyFleet, which moto lacks, and
 * fleets that are partial, and prices that are no dust.
 */
export async function serveMotoProxy(motoUrl: string, clock: Clock): Promise<MotoProxy> {
  const partial: MotoProxy["partial"] = { codes: [] };

  async function forward({ text, headers, method }: DoubleRequest) {
    const { host: _, "content-length": __, connection: ___, ...rest } = headers;
    const answer = await fetch(`${motoUrl}/`, { method, headers: rest as Record<string, string>, body: text }); // Those that are lists are not sent by the SDK.
    return {
      status: answer.status,
      body: await answer.text(),
      headers: { "content-type": answer.headers.get("content-type") ?? "text/xml" },
    };
  }

  const double = await serveDouble({
    clock,
    notFound: ec2Refusal(404, "InvalidAction"),
    nameOf({ text, headers }) {
      const target = headers["x-amz-target"];
      return `/${typeof target === "string" ? target : (new URLSearchParams(text).get("Action") ?? "")}`;
    },
    routes: {
      "POST /ModifyFleet": () => ({ status: 200, headers: xml, body: "<ModifyFleetResponse><return>true</return></ModifyFleetResponse>" }),
      "POST /CreateFleet": async (request) => {
        if (partial.codes.length === 0) return forward(request);
        const fewer = request.text.replace(/((?:Total|OnDemand|Spot)TargetCapacity=)([1-9]\d*)/g, "$11");
        const answer = await forward({ ...request, text: fewer });
        const items = partial.codes.map(
          (code) =>
            `<item><errorCode>${code}</errorCode><errorMessage>none left</errorMessage><lifecycle>on-demand</lifecycle><launchTemplateAndOverrides><overrides><instanceType>g5.xlarge</instanceType><availabilityZone>us-east-1b</availabilityZone></overrides></launchTemplateAndOverrides></item>`,
        );
        partial.codes = [];
        return {
          ...answer,
          body: answer.body.replace("</CreateFleetResponse>", `<errorSet>${items.join("")}</errorSet></CreateFleetResponse>`),
        };
      },
      "POST /DescribeSpotPriceHistory": async (request) => {
        const answer = await forward(request);
        return { ...answer, body: answer.body.replaceAll("<spotPrice>0.00001</spotPrice>", "<spotPrice>0.31</spotPrice>") };
      },
      "POST /.*": forward,
    },
  });
  return { ...double, partial };
}
