export { createGpuProvider, type GpuProviderOptions } from "./gpu-provider";
