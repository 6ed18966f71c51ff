export { fastClock } from "./clock";
export type { Double } from "./double";
export { type DoubleSettings, type LambdaDouble, serveLambda } from "./doubles/lambda";
export type { Fault } from "./faults";
