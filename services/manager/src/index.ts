export { type Api, type ApiOptions, startApi, type TlsFiles } from "./api/server";
export { type CreateManagerOptions, createManager, type Manager } from "./manager";
export { createMetrics, type Metrics } from "./metrics";
export type { Dial } from "./provider/controller";
