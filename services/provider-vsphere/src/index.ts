export { createVsphereProvider, type VsphereProviderOptions } from "./provider";
export type { Defaults } from "./settings";
