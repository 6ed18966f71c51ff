import { ConsoleType, HardwareFeature, PowerOperation } from "@remuda/contract";
import type { Facts } from "./rule";
import type { Settings } from "./settings";

type Requirement = (facts: Facts) => string | undefined;

const notDeclared = (what: string) => `not declared: ${what}`;

/** Every requirement has to be met; the first that is not gives the reason. */
export const all =
  (...requirements: Requirement[]): Requirement =>
  (facts) => {
    for (const requirement of requirements) {
      const missing = requirement(facts);
      if (missing !== undefined) return missing;
    }
  };

/** The provider has the optional service, such as "SnapshotService". */
export const service =
  (name: string): Requirement =>
  ({ capabilities }) =>
    capabilities.services.includes(`remuda.provider.v1.${name}`) ? undefined : notDeclared(name);

export const source =
  (name: string): Requirement =>
  ({ capabilities }) =>
    capabilities.sources.includes(name) ? undefined : notDeclared(`source ${name}`);

export const operation =
  (op: PowerOperation): Requirement =>
  ({ capabilities }) =>
    capabilities.powerOperations.includes(op) ? undefined : notDeclared(`power operation ${nameOf(PowerOperation, op)}`);

export const hardware =
  (feature: HardwareFeature): Requirement =>
  ({ capabilities }) =>
    capabilities.hardwareFeatures.includes(feature) ? undefined : notDeclared(`hardware feature ${nameOf(HardwareFeature, feature)}`);

export const consoleType =
  (type: ConsoleType): Requirement =>
  ({ capabilities }) =>
    capabilities.consoleTypes.includes(type) ? undefined : notDeclared(`console ${nameOf(ConsoleType, type)}`);

export const capability =
  (name: "memorySnapshots" | "linkedClones" | "addresses" | "adoption"): Requirement =>
  ({ capabilities }) =>
    capabilities[name] ? undefined : notDeclared(name);

const flags: Partial<Record<keyof Settings, string>> = {
  template: "--template ID",
  network: "--network NAME",
  heartbeatTimeoutMs: "--heartbeat-timeout 35s",
};

export const setting =
  (name: "template" | "instanceType" | "gpu" | "imageUrl" | "network" | "heartbeatTimeoutMs"): Requirement =>
  ({ settings }) => {
    if (settings[name] !== undefined) return undefined;
    const flag = flags[name];
    const how = `settings.${name} of testProvider() or runConformance()`;
    return `not set: settings.${name}; ${flag === undefined ? `no flag sets it, but ${how}` : `${flag} sets it, or ${how}`}`;
  };

/** The suite can end the provider's process and start it again. */
export const restart: Requirement = ({ canRestart }) =>
  canRestart
    ? undefined
    : "not given: a way to restart the provider; no flag gives it, but `restart` of what start() of testProvider() answers, or of runConformance()";

/** The enum's values less UNSPECIFIED. */
export const valuesOf = <T extends number>(of: Record<string, T>): T[] => Object.values(of).filter((value) => value !== 0);

/** The name of an enum's value, as in the contract without its prefix. */
export const nameOf = (of: Record<string, number>, value: number): string =>
  Object.entries(of).find(([, other]) => other === value)?.[0] ?? `${value}`;
