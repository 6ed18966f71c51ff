import type { Gpu } from "@remuda/contract";
import type { ImageRecord } from "./records";

const image = (name: string, sizeGib: number, operatingSystem: string): ImageRecord => ({
  name,
  sizeGib,
  format: "raw",
  operatingSystem,
  ready: true,
  source: "",
});

/** Images that the platform comes with. */
export const preparedImages: readonly ImageRecord[] = [
  image("debian-12", 2, "Debian GNU/Linux 12"),
  image("debian-13", 2, "Debian GNU/Linux 13"),
  image("ubuntu-22.04", 3, "Ubuntu 22.04 LTS"),
  image("ubuntu-24.04", 3, "Ubuntu 24.04 LTS"),
  image("rocky-9", 4, "Rocky Linux 9"),
];

/** The image of an instance type whose request names none. */
export const defaultCloudImage = "ubuntu-24.04";

/** A shape that the simulated cloud rents out. */
export interface InstanceType {
  name: string;
  region: string;
  zone: string;
  cpus: number;
  memoryMib: number;
  diskGib: number;
  gpu: Gpu;
  pricePerHour: number;
  spotPricePerHour: number;
  /** How many there are, on demand and spot together. */
  capacity: number;
  reliability: number;
}

const type = (
  name: string,
  zone: string,
  gpu: string,
  count: number,
  gpuMemoryMib: number,
  prices: readonly [onDemand: number, spot: number],
  capacity: number,
  reliability: number,
): InstanceType => ({
  name,
  region: zone.slice(0, zone.lastIndexOf("-")),
  zone,
  cpus: 12 * count,
  memoryMib: 96 * 1024 * count,
  diskGib: 200 + 100 * count,
  gpu: { name: gpu, count, memoryMib: gpuMemoryMib, device: "" },
  pricePerHour: prices[0],
  spotPricePerHour: prices[1],
  capacity,
  reliability,
});

export const instanceTypes: readonly InstanceType[] = [
  type("t4-1", "eu-west-a", "T4", 1, 15_360, [0.35, 0.11], 40, 0.999),
  type("l4-1", "eu-west-a", "L4", 1, 23_034, [0.71, 0.22], 32, 0.999),
  type("rtx4090-1", "eu-north-a", "RTX-4090", 1, 24_564, [0.49, 0.29], 12, 0.97),
  type("rtx4090-4", "eu-north-a", "RTX-4090", 4, 24_564, [1.96, 1.16], 3, 0.97),
  type("l40s-1", "us-east-a", "L40S", 1, 46_068, [1.09, 0.55], 16, 0.995),
  type("a100-1", "us-east-a", "A100", 1, 81_920, [1.79, 0.89], 16, 0.995),
  type("a100-8", "us-east-a", "A100", 8, 81_920, [14.32, 7.12], 2, 0.995),
  type("h100-1", "us-east-b", "H100", 1, 81_559, [2.49, 1.25], 8, 0.998),
  type("h100-8", "us-east-b", "H100", 8, 81_559, [19.92, 10], 2, 0.998),
];

/** Memory of the models that a host may be given, in MiB. */
export const gpuMemoryMib: Readonly<Record<string, number>> = {
  T4: 15_360,
  L4: 23_034,
  "RTX-4090": 24_564,
  L40S: 46_068,
  A100: 81_920,
  H100: 81_559,
  H200: 143_771,
};
