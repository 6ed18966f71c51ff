import {
  type CreateRequest,
  CreateResponse,
  type GetCapabilitiesResponse,
  MachineState,
  PowerState,
  ProviderError,
  type Reason,
  Task,
} from "@remuda/contract";
import { setPower } from "../reference/handlers";
import type { MachineRecord, Platform } from "../reference/platform";
import type { Fault } from "../reference/reference";

/** A provider with one fault, and the rule that has to find it. */
export interface Broken extends Fault {
  /** The rule that fails. */
  rule: string;
  /** What is wrong. */
  fault: string;
  /** Rules that the same fault may break too, depending on what comes first. */
  mayFail?: readonly string[];
  /** Unset: everything. */
  base?: GetCapabilitiesResponse;
}

export const fail = (reason: Reason, message = "a deliberate fault"): ProviderError => new ProviderError(reason, message);

/** A new machine, without a look at what is there. */
export function makeAnew(platform: Platform, request: CreateRequest): CreateResponse {
  const machine = platform.create(request);
  const creation = platform.begin(machine.shown.id, () => {
    machine.shown.state = MachineState.READY;
    setPower(platform, machine, PowerState.ON);
  });
  machine.creation = creation;
  return CreateResponse.create({ virtualMachine: machine.shown, task: Task.create({ ref: creation.ref }) });
}

/** The uid that the machine really bears: a fault that ignores the caller's. */
export const realUid = (platform: Platform, id: string, otherwise: string): string => platform.machines.get(id)?.shown.uid ?? otherwise;

export const isMaking = ({ creation }: MachineRecord): boolean => creation !== undefined && !creation.done;

export const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const isUid = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text);
