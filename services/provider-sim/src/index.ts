export { type Clock, seededClock, seededRandom } from "./clock";
export type { FaultControl, FaultsInput, Rpc } from "./faults";
export { type SimulatorOptions, uniformLatency } from "./options";
export { createSimulator, type PlatformEvent, type Simulator, type SimulatorControls, type SimulatorState } from "./simulator";
