export { type Clock, systemClock } from "./clock";
export type { Account, Cloud, CloudCapabilities, CloudOffer, Instance, InstanceStatus, Launch, Mark, OfferGpu } from "./cloud";
export { CloudError, type CloudReason, invalid } from "./error";
export { createLambda, type LambdaOptions } from "./lambda/lambda";
export { type CloudName, cloudNames, type Opened, openCloud } from "./open-cloud";
