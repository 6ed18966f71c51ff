import type { _InstanceType, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import type { CloudOffer } from "../cloud";
import { offerGpu } from "../gpu-names";
import { allPages } from "../http/answers";
import { perHour } from "../price";
import { listPrices } from "./prices";
import type { Session } from "./session";

/** GPUs are in types whose names begin so; there are nine hundred others. */
const families = { Name: "instance-type", Values: ["g*", "p*"] };

/** Types with GPUs of a region, on demand where a price is known, and as spot where there is a price now. */
export function createAwsOffers(session: Session, prices: Readonly<Record<string, number>>) {
  const types = (signal: AbortSignal) =>
    allPages<InstanceTypeInfo>("aws", async (NextToken) => {
      const { InstanceTypes, NextToken: next } = await session.read(
        "DescribeInstanceTypes",
        ({ ec2 }, abortSignal) => ec2.describeInstanceTypes({ NextToken, MaxResults: 100, Filters: [families] }, { abortSignal }),
        signal,
      );
      return { items: InstanceTypes ?? [], next };
    });

  /** The lowest price now over the region's zones. */
  async function spotPrices(names: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
    const history = await allPages("aws", async (NextToken) => {
      const request = {
        InstanceTypes: names as _InstanceType[], // The API knows more types than the SDK's list.
        ProductDescriptions: ["Linux/UNIX"],
        StartTime: new Date(),
        NextToken,
      };
      const call = ({ ec2 }: Parameters<Parameters<Session["read"]>[1]>[0], abortSignal: AbortSignal) =>
        ec2.describeSpotPriceHistory(request, { abortSignal });
      const { SpotPriceHistory, NextToken: next } = await session.read("DescribeSpotPriceHistory", call, signal);
      return { items: SpotPriceHistory ?? [], next };
    });
    const lowest = new Map<string, number>();
    for (const { InstanceType: type, SpotPrice } of history) {
      const price = Number(SpotPrice);
      if (type && price > 0) lowest.set(type, Math.min(price, lowest.get(type) ?? Number.POSITIVE_INFINITY));
    }
    return lowest;
  }

  return async (signal: AbortSignal): Promise<CloudOffer[]> => {
    const known = (await types(signal)).filter(({ GpuInfo, InstanceType }) => GpuInfo?.Gpus?.length && InstanceType);
    if (known.length === 0) return [];
    const names = known.flatMap(({ InstanceType }) => InstanceType ?? []);
    const spot = await spotPrices(names, signal);
    return known.flatMap((type) => {
      const name = type.InstanceType ?? "";
      const [onDemandPrice, spotPrice] = [prices[name] ?? listPrices[name], spot.get(name)];
      return [
        ...(onDemandPrice === undefined ? [] : [offer(session.region, type, onDemandPrice, false)]),
        ...(spotPrice === undefined ? [] : [offer(session.region, type, spotPrice, true)]),
      ];
    });
  };
}

function offer(region: string, type: InstanceTypeInfo, pricePerHour: number, spot: boolean): CloudOffer {
  const { InstanceType: name = "", GpuInfo, VCpuInfo, MemoryInfo, InstanceStorageInfo } = type;
  const [gpu] = GpuInfo?.Gpus ?? [];
  return {
    id: `${region}.${name}${spot ? ".spot" : ""}`,
    cloud: "aws",
    region,
    zone: "",
    instanceType: name,
    gpu: gpu ? offerGpu(gpu.Name ?? "", gpu.Count ?? 1, (gpu.MemoryInfo?.SizeInMiB ?? 0) / 1024) : undefined,
    cpus: VCpuInfo?.DefaultVCpus ?? 0,
    memoryGib: (MemoryInfo?.SizeInMiB ?? 0) / 1024,
    diskGib: InstanceStorageInfo?.TotalSizeInGB ?? 0,
    pricePerHour: perHour(pricePerHour),
    spot,
    // EC2 tells of capacity only when it is asked for it.
    availability: "unknown",
    raw: type,
  };
}
