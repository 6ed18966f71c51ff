import { describe, expect, it } from "vitest";
import { canonicalGpu, gpuOfMemory, gpuOfTotal, offerGpu, snapMemoryGib } from "./gpu-names";
import { fromCents, fromMonthly, perHour } from "./price";

describe("GPU names", () => {
  it.each([
    ["RTX 4090", "RTX-4090"],
    ["geforcertx4090-pcie-24gb", "RTX-4090"],
    ["NVIDIA GeForce RTX 3090", "RTX-3090"],
    ["RTX 5090", "RTX-5090"],
    ["NVIDIA_A16", "A16"],
    ["NVIDIA_L40S", "L40S"],
    ["L40", "L40"],
    ["nvidia_h100", "H100"],
    ["H100 SXM", "H100"],
    ["H100-PCIe", "H100"],
    ["h100-sxm5-80gb", "H100"],
    ["nvidia-h100-80gb", "H100"],
    ["H100 NVL", "H100-NVL"],
    ["nvidia-h200-141gb", "H200"],
    ["GH200", "GH200"],
    ["B200 SXM6", "B200"],
    ["A100 SXM4", "A100"],
    ["nvidia-tesla-a100", "A100"],
    ["A10", "A10"],
    ["A10G", "A10G"],
    ["nvidia-tesla-t4", "T4"],
    ["Tesla V100", "V100"],
    ["nvidia-tesla-p100", "P100"],
    ["nvidia-l4", "L4"],
    ["nvidia_rtx4000_ada", "RTX-4000-ADA"],
    ["nvidia_rtx6000_ada", "RTX-6000-ADA"],
    ["RTX 6000Ada", "RTX-6000-ADA"],
    ["rtxa6000-pcie-48gb", "RTX-A6000"],
    ["RTX A6000", "RTX-A6000"],
    ["A6000", "RTX-A6000"],
    ["RTX PRO 6000 Blackwell Server Edition", "RTX-PRO-6000"],
    ["amd_mi300x", "MI300X"],
    ["AMD Instinct MI325X", "MI325X"],
  ])("%s is %s", (raw, canonical) => expect(canonicalGpu(raw)).toBe(canonical));

  it("keeps a model that is not known as its own, and never takes it for one that begins alike", () => {
    expect(canonicalGpu("RTX 9999 Titan")).toBe("RTX-9999-TITAN");
    expect(canonicalGpu("L40X")).toBe("L40X");
    expect(canonicalGpu("A1000")).toBe("A1000");
  });
});

describe("GPU memory", () => {
  it.each([
    ["RTX-4090", 24_564 / 1024, 24],
    ["H100", 81_559 / 1024, 80],
    ["A100", 40_960 / 1024, 40],
    ["A100", 81_920 / 1024, 80],
    ["L40S", 45_776 / 1024, 48],
    ["A10G", 22_888 / 1024, 24],
    ["H100-NVL", 95_830 / 1024, 94],
  ])("of %s, reported as %f GiB, is %i", (name, reported, gib) => expect(snapMemoryGib(name, reported)).toBe(gib));

  it("beyond 7 % stays as it was reported", () => {
    expect(snapMemoryGib("RTX-4090", 48)).toBe(48);
    expect(snapMemoryGib("RTX-4090", 24 * 1.069)).toBe(24);
    expect(snapMemoryGib("RTX-4090", 24 * 1.08)).toBe(25.9);
  });
  it("of a model with one size is that where none was told", () =>
    expect(offerGpu("H200", 8, undefined)).toMatchObject({ memoryGib: 141 }));
  it("told for all GPUs together is divided, told for each is not", () => {
    expect(gpuOfTotal("nvidia_h100", 8, 640)).toEqual({ name: "H100", count: 8, memoryGib: 80 });
    expect(gpuOfTotal("amd_mi300x", 8, 192)).toEqual({ name: "MI300X", count: 8, memoryGib: 192 });
  });
  it("of an instance may be several GPUs, or a part of one", () => {
    expect(gpuOfMemory("NVIDIA_L40S", 192)).toEqual({ name: "L40S", count: 4, memoryGib: 48 });
    expect(gpuOfMemory("a16", 2)).toEqual({ name: "A16", count: 1, memoryGib: 2 });
  });
});

describe("prices", () => {
  it("are USD an hour without dust", () => {
    expect(perHour(0.1 + 0.2)).toBe(0.3);
    expect(fromCents(2392)).toBe(23.92);
    expect(fromMonthly(43)).toBe(0.0589);
  });
});
