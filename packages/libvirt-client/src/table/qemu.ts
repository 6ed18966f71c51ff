// What only QEMU hosts answer: the monitor and the guest agent, in their own JSON.
import { optional } from "../xdr/codec";
import { int, uint } from "../xdr/scalars";
import { qemu } from "./procedure";
import { domain, optionalString, string } from "./types";

export const qemuProcedures = {
  qemuDomainMonitorCommand: qemu(1, { dom: domain, cmd: string, flags: uint }, { result: string }),
  qemuDomainAttach: qemu(2, { pidValue: uint, flags: uint }, { dom: domain }),
  qemuDomainAgentCommand: qemu(3, { dom: domain, cmd: string, timeout: int, flags: uint }, { result: optionalString }),
  qemuConnectDomainMonitorEventRegister: qemu(4, { dom: optional(domain), event: optionalString, flags: uint }, { callbackId: int }),
  qemuConnectDomainMonitorEventDeregister: qemu(5, { callbackId: int }, {}),
};
