import type { CloudOffer, OfferGpu } from "../cloud";
import { offerGpu } from "../gpu-names";
import { perHour } from "../price";
import type { MachineType } from "./wire";

/** GPUs that are attached to n1 machines: how many go with which machine, and the list price of one with it, on demand and spot. */
const attached = [
  { accelerator: "nvidia-tesla-t4", machineType: "n1-standard-8", counts: [1, 2, 4], gpu: [0.35, 0.14], machine: [0.38, 0.08] },
  { accelerator: "nvidia-tesla-v100", machineType: "n1-standard-8", counts: [1, 2, 4, 8], gpu: [2.48, 0.99], machine: [0.38, 0.08] },
  { accelerator: "nvidia-tesla-p100", machineType: "n1-standard-8", counts: [1, 2, 4], gpu: [1.46, 0.58], machine: [0.38, 0.08] },
] as const;

/** List prices in us-central1 in USD an hour, on demand and spot. Compute Engine's API tells none; `prices` in the credentials goes before these. */
const listPrices: Readonly<Record<string, readonly [number, number]>> = {
  "a2-highgpu-1g": [3.6734, 1.8],
  "a2-highgpu-2g": [7.3468, 3.6],
  "a2-highgpu-4g": [14.6936, 7.2],
  "a2-highgpu-8g": [29.3873, 14.4],
  "a2-ultragpu-1g": [5.0688, 2.53],
  "a2-ultragpu-2g": [10.1376, 5.06],
  "a2-ultragpu-4g": [20.2752, 10.12],
  "a2-ultragpu-8g": [40.5504, 20.24],
  "a3-highgpu-1g": [11.0613, 3.7],
  "a3-highgpu-8g": [88.4902, 29.6],
  "a3-megagpu-8g": [92.2141, 31.1],
  "g2-standard-4": [0.7068, 0.28],
  "g2-standard-8": [0.8536, 0.34],
  "g2-standard-12": [1.0004, 0.4],
  "g2-standard-16": [1.1473, 0.46],
  "g2-standard-24": [2.0009, 0.8],
  "g2-standard-32": [1.7345, 0.69],
  "g2-standard-48": [4.0018, 1.6],
  "g2-standard-96": [8.0036, 3.2],
};

/** A type of ours: "n1-standard-8+2xnvidia-tesla-t4" is a machine type with attached GPUs. */
export interface GceType {
  machineType: string;
  accelerator?: { type: string; count: number };
}

export function readType(name: string): GceType {
  const [, machineType, count, type] = /^(.+)\+(\d+)x(.+)$/.exec(name) ?? [];
  return machineType && type ? { machineType, accelerator: { type, count: Number(count) } } : { machineType: name };
}

export const writeType = ({ machineType, accelerator }: GceType): string =>
  accelerator ? `${machineType}+${accelerator.count}x${accelerator.type}` : machineType;

/** "nvidia-h100-80gb": the memory may stand in the name. */
const gpuOf = (type: string, count: number): OfferGpu => {
  const memory = /(\d+)gb/.exec(type)?.[1];
  const gib = memory
    ? Number(memory)
    : type === "nvidia-tesla-a100"
      ? 40
      : type === "nvidia-tesla-v100" || type === "nvidia-tesla-p100"
        ? 16
        : undefined;
  return offerGpu(type, count, gib);
};

/** Offers of a zone, on demand and spot, of every machine type that has GPUs or can be given some. */
export function offersOfZone(zone: string, types: readonly MachineType[], prices: Readonly<Record<string, number>>): CloudOffer[] {
  return types.flatMap((type) => {
    const own = type.accelerators?.[0];
    if (own) {
      const priced = listPrices[type.name] ?? [prices[type.name], prices[`${type.name}.spot`]];
      return bothMarkets(zone, type, type.name, gpuOf(own.guestAcceleratorType, own.guestAcceleratorCount), priced, prices);
    }
    return attached
      .filter(({ machineType }) => machineType === type.name)
      .flatMap(({ accelerator, counts, gpu, machine }) =>
        counts.flatMap((count) => {
          const name = writeType({ machineType: type.name, accelerator: { type: accelerator, count } });
          const priced = [machine[0] + gpu[0] * count, machine[1] + gpu[1] * count] as const;
          return bothMarkets(zone, type, name, gpuOf(accelerator, count), priced, prices);
        }),
      );
  });
}

function bothMarkets(
  zone: string,
  type: MachineType,
  name: string,
  gpu: OfferGpu,
  [onDemand, spot]: readonly (number | undefined)[],
  prices: Readonly<Record<string, number>>,
): CloudOffer[] {
  const offer = (suffix: string, price: number | undefined): CloudOffer[] =>
    price === undefined
      ? []
      : [
          {
            id: `${zone}.${name}${suffix}`,
            cloud: "gce",
            region: zone.replace(/-[a-z]$/, ""),
            zone,
            instanceType: name,
            gpu,
            cpus: type.guestCpus,
            memoryGib: type.memoryMb / 1024,
            diskGib: 0,
            pricePerHour: perHour(price),
            spot: suffix !== "",
            // Stock is told only when it is ordered.
            availability: "unknown",
            raw: type,
          },
        ];
  return [...offer("", prices[name] ?? onDemand), ...offer(".spot", prices[`${name}.spot`] ?? spot)];
}
