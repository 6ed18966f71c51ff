// A machine's settings.
import { array } from "../xdr/codec";
import { hyper, int, uhyper, uint } from "../xdr/scalars";
import { opaque } from "../xdr/strings";
import { remote } from "./procedure";
import { domain, optionalString, string, typedParam } from "./types";

export const domainSetProcedures = {
  domainPinVcpu: remote(26, { dom: domain, vcpu: uint, cpumap: opaque(2048) }, {}),
  domainSetAutostart: remote(29, { dom: domain, autostart: int }, {}),
  domainSetMaxMemory: remote(30, { dom: domain, memory: uhyper }, {}),
  domainSetMemory: remote(31, { dom: domain, memory: uhyper }, {}),
  domainSetVcpus: remote(32, { dom: domain, nvcpus: uint }, {}),
  domainSetSchedulerParameters: remote(58, { dom: domain, params: array(typedParam, 16) }, {}),
  domainSetMemoryParameters: remote(197, { dom: domain, params: array(typedParam, 16), flags: uint }, {}),
  domainSetVcpusFlags: remote(199, { dom: domain, nvcpus: uint, flags: uint }, {}),
  domainSetMemoryFlags: remote(204, { dom: domain, memory: uhyper, flags: uint }, {}),
  domainSetBlkioParameters: remote(205, { dom: domain, params: array(typedParam, 16), flags: uint }, {}),
  domainSetSchedulerParametersFlags: remote(219, { dom: domain, params: array(typedParam, 16), flags: uint }, {}),
  domainPinVcpuFlags: remote(225, { dom: domain, vcpu: uint, cpumap: opaque(2048), flags: uint }, {}),
  domainSetNumaParameters: remote(254, { dom: domain, params: array(typedParam, 16), flags: uint }, {}),
  domainSetInterfaceParameters: remote(256, { dom: domain, device: string, params: array(typedParam, 16), flags: uint }, {}),
  domainSetMetadata: remote(
    264,
    { dom: domain, type: int, metadata: optionalString, key: optionalString, uri: optionalString, flags: uint },
    {},
  ),
  domainPinEmulator: remote(279, { dom: domain, cpumap: opaque(2048), flags: uint }, {}),
  domainSetMemoryStatsPeriod: remote(308, { dom: domain, period: int, flags: uint }, {}),
  domainSetTime: remote(338, { dom: domain, seconds: hyper, nseconds: uint, flags: uint }, {}),
  domainPinIothread: remote(352, { dom: domain, iothreadsId: uint, cpumap: opaque(2048), flags: uint }, {}),
  domainSetUserPassword: remote(357, { dom: domain, user: optionalString, password: optionalString, flags: uint }, {}),
  domainSetPerfEvents: remote(366, { dom: domain, params: array(typedParam, 64), flags: uint }, {}),
  domainSetGuestVcpus: remote(372, { dom: domain, cpumap: string, state: int, flags: uint }, {}),
  domainSetVcpu: remote(384, { dom: domain, cpumap: string, state: int, flags: uint }, {}),
  domainSetLifecycleAction: remote(390, { dom: domain, type: uint, action: uint, flags: uint }, {}),
  domainSetIothreadParams: remote(402, { dom: domain, iothreadId: uint, params: array(typedParam, 64), flags: uint }, {}),
  domainSetLaunchSecurityState: remote(439, { dom: domain, params: array(typedParam, 64), flags: uint }, {}),
};
