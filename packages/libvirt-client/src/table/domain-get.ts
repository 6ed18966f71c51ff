// What is asked of a machine.
import { array } from "../xdr/codec";
import { hyper, int, uchar, uhyper, uint, ushort } from "../xdr/scalars";
import { opaque, wideBytes } from "../xdr/strings";
import { remote } from "./procedure";
import { domain, domainIothreadInfo, optionalString, securityLabel, string, typedParam, vcpuInfo } from "./types";

export const domainGetProcedures = {
  domainGetXmlDesc: remote(14, { dom: domain, flags: uint }, { xml: string }),
  domainGetAutostart: remote(15, { dom: domain }, { autostart: int }),
  domainGetInfo: remote(16, { dom: domain }, { state: uchar, maxMem: uhyper, memory: uhyper, nrVirtCpu: ushort, cpuTime: uhyper }),
  domainGetMaxMemory: remote(17, { dom: domain }, { memory: uhyper }),
  domainGetMaxVcpus: remote(18, { dom: domain }, { num: int }),
  domainGetOsType: remote(19, { dom: domain }, { type: string }),
  domainGetVcpus: remote(20, { dom: domain, maxinfo: int, maplen: int }, { info: array(vcpuInfo, 16384), cpumaps: opaque(8388608) }),
  domainGetSchedulerType: remote(56, { dom: domain }, { type: string, nparams: int }),
  domainGetSchedulerParameters: remote(57, { dom: domain, nparams: int }, { params: array(typedParam, 16) }),
  domainGetSecurityLabel: remote(121, { dom: domain }, { label: wideBytes(4097), enforcing: int }),
  domainGetJobInfo: remote(
    163,
    { dom: domain },
    {
      type: int,
      timeElapsed: uhyper,
      timeRemaining: uhyper,
      dataTotal: uhyper,
      dataProcessed: uhyper,
      dataRemaining: uhyper,
      memTotal: uhyper,
      memProcessed: uhyper,
      memRemaining: uhyper,
      fileTotal: uhyper,
      fileProcessed: uhyper,
      fileRemaining: uhyper,
    },
  ),
  domainGetMemoryParameters: remote(198, { dom: domain, nparams: int, flags: uint }, { params: array(typedParam, 16), nparams: int }),
  domainGetVcpusFlags: remote(200, { dom: domain, flags: uint }, { num: int }),
  domainGetBlkioParameters: remote(206, { dom: domain, nparams: int, flags: uint }, { params: array(typedParam, 16), nparams: int }),
  domainGetState: remote(212, { dom: domain, flags: uint }, { state: int, reason: int }),
  domainGetSchedulerParametersFlags: remote(223, { dom: domain, nparams: int, flags: uint }, { params: array(typedParam, 16) }),
  domainGetControlInfo: remote(229, { dom: domain, flags: uint }, { state: uint, details: uint, stateTime: uhyper }),
  domainGetVcpuPinInfo: remote(230, { dom: domain, ncpumaps: int, maplen: int, flags: uint }, { cpumaps: opaque(8388608), num: int }),
  domainGetNumaParameters: remote(255, { dom: domain, nparams: int, flags: uint }, { params: array(typedParam, 16), nparams: int }),
  domainGetInterfaceParameters: remote(
    257,
    { dom: domain, device: string, nparams: int, flags: uint },
    { params: array(typedParam, 16), nparams: int },
  ),
  domainGetCpuStats: remote(
    262,
    { dom: domain, nparams: uint, startCpu: int, ncpus: uint, flags: uint },
    { params: array(typedParam, 2048), nparams: int },
  ),
  domainGetMetadata: remote(265, { dom: domain, type: int, uri: optionalString, flags: uint }, { metadata: string }),
  domainGetHostname: remote(277, { dom: domain, flags: uint }, { hostname: string }),
  domainGetSecurityLabelList: remote(278, { dom: domain }, { labels: array(securityLabel, 64), ret: int }),
  domainGetEmulatorPinInfo: remote(280, { dom: domain, maplen: int, flags: uint }, { cpumaps: opaque(8388608), ret: int }),
  domainGetJobStats: remote(298, { dom: domain, flags: uint }, { type: int, params: array(typedParam, 64) }),
  domainGetTime: remote(337, { dom: domain, flags: uint }, { seconds: hyper, nseconds: uint }),
  domainGetIothreadInfo: remote(351, { dom: domain, flags: uint }, { info: array(domainIothreadInfo, 16384), ret: uint }),
  domainGetPerfEvents: remote(365, { dom: domain, flags: uint }, { params: array(typedParam, 64) }),
  domainGetGuestVcpus: remote(371, { dom: domain, flags: uint }, { params: array(typedParam, 64) }),
  domainGetLaunchSecurityInfo: remote(396, { dom: domain, flags: uint }, { params: array(typedParam, 64) }),
  domainGetGuestInfo: remote(418, { dom: domain, types: uint, flags: uint }, { params: array(typedParam, 2048) }),
  domainGetMessages: remote(426, { dom: domain, flags: uint }, { msgs: array(string, 2048) }),
};
