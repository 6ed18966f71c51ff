import type { OfferGpu } from "./cloud";

/** Models by canonical name: the memory sizes that exist, in GiB. */
const models = {
  A2: [16],
  A10: [24],
  A10G: [24],
  A16: [16],
  A30: [24],
  A40: [48],
  A100: [40, 80],
  B200: [180, 192],
  GB200: [186, 192],
  GH200: [96, 144],
  H100: [80],
  "H100-NVL": [94],
  H200: [141],
  L4: [24],
  L40: [48],
  L40S: [48],
  MI300X: [192],
  MI325X: [256],
  P100: [12, 16],
  "RTX-3090": [24],
  "RTX-4000-ADA": [20],
  "RTX-4090": [24],
  "RTX-5090": [32],
  "RTX-6000-ADA": [48],
  "RTX-A4000": [16],
  "RTX-A4500": [20],
  "RTX-A5000": [24],
  "RTX-A5500": [24],
  "RTX-A6000": [48],
  "RTX-PRO-6000": [96],
  T4: [16],
  V100: [16, 32],
} as const satisfies Record<string, readonly number[]>;

const byLength = Object.keys(models).sort((a, b) => b.length - a.length);
const squeeze = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
const squeezed = byLength.map((name) => [squeeze(name), name] as const);

/** Names that clouds write in ways that no rule covers. */
const aliases: Readonly<Record<string, string>> = {
  RTX4000ADAGENERATION: "RTX-4000-ADA",
  RTX6000ADAGENERATION: "RTX-6000-ADA",
  "4000ADA": "RTX-4000-ADA",
  "6000ADA": "RTX-6000-ADA",
  A4000: "RTX-A4000",
  A4500: "RTX-A4500",
  A5000: "RTX-A5000",
  A5500: "RTX-A5500",
  A6000: "RTX-A6000",
  "3090": "RTX-3090",
  "4090": "RTX-4090",
  "5090": "RTX-5090",
  PRO6000: "RTX-PRO-6000",
  RTX6000PRO: "RTX-PRO-6000",
};

// What says who made it, how it is built in, or how much memory it has, but not which model it is.
const noise =
  /\b(nvidia|amd|tesla|geforce|quadro|instinct|gpu|pcie|pci|sxm[0-9]?|nvlink|tensor core|generation|workstation edition|server edition|edition|blackwell|hopper|ampere|ada lovelace|[0-9]+x|[0-9]+ ?g(i?b)?)\b/gi;

/** The canonical name; an unknown model keeps its own, in upper case with hyphens. */
export function canonicalGpu(raw: string): string {
  const spaced = raw
    .replace(/[_\-/()]+/g, " ")
    .replace(/\b(geforce|quadro)(?=[a-z0-9])/gi, "")
    .replace(/\b(nvidia|amd|tesla)(?=[a-z0-9])/gi, "");
  const core = spaced.replace(noise, " ").replace(/\s+/g, " ").trim();
  const key = squeeze(core);
  const exact = squeezed.find(([text]) => text === key)?.[1] ?? aliases[key];
  if (exact) return exact;
  // "L40S-48G" and "A100X" are not the models that they begin with: only whole words may follow.
  const word = byLength.find((name) => core.toUpperCase().replace(/ /g, "-").startsWith(`${name}-`));
  return word ?? (core === "" ? raw : core.toUpperCase().replace(/ /g, "-"));
}

/** The model's known size next to what was reported, within 7 %; else what was reported, to a tenth. */
export function snapMemoryGib(name: string, gib: number): number {
  const known: readonly number[] = Object.hasOwn(models, name) ? models[name as keyof typeof models] : []; // hasOwn: it is one of the keys.
  const near = known.filter((size) => Math.abs(gib - size) <= size * 0.07).sort((a, b) => Math.abs(gib - a) - Math.abs(gib - b));
  return near[0] ?? Math.round(gib * 10) / 10;
}

/** The memory of a model that has only one size; undefined for others. */
function onlyMemoryGib(name: string): number | undefined {
  const known: readonly number[] = Object.hasOwn(models, name) ? models[name as keyof typeof models] : []; // As above.
  return known.length === 1 ? known[0] : undefined;
}

/** A GPU as an offer shows it. Without a size, a model's only one is taken, else 0. */
export function offerGpu(rawName: string, count: number, memoryGib: number | undefined): OfferGpu {
  const name = canonicalGpu(rawName);
  return { name, count, memoryGib: memoryGib ? snapMemoryGib(name, memoryGib) : (onlyMemoryGib(name) ?? 0) };
}

/** GPUs of which only all the memory together is told, or of which it is not clear: a model's known size decides. */
export function gpuOfTotal(rawName: string, count: number, memoryGib: number): OfferGpu {
  const name = canonicalGpu(rawName);
  const each = snapMemoryGib(name, memoryGib / Math.max(count, 1));
  const known: readonly number[] = Object.hasOwn(models, name) ? models[name as keyof typeof models] : []; // As above.
  if (known.includes(each)) return { name, count, memoryGib: each };
  const whole = snapMemoryGib(name, memoryGib);
  return { name, count, memoryGib: known.includes(whole) ? whole : each };
}

/** GPUs of which only the memory that an instance gets is told: several whole ones, or a part of one. */
export function gpuOfMemory(rawName: string, memoryGib: number): OfferGpu {
  const name = canonicalGpu(rawName);
  const size = onlyMemoryGib(name);
  if (size !== undefined && memoryGib > size && memoryGib % size === 0) return { name, count: memoryGib / size, memoryGib: size };
  return { name, count: 1, memoryGib };
}
