// The host itself.
import { array } from "../xdr/codec";
import { int, uhyper, uint } from "../xdr/scalars";
import { opaque, wideBytes, wideText } from "../xdr/strings";
import { remote } from "./procedure";
import { nodeGetCpuStats, nodeGetMemoryStats, optionalString, string, typedParam } from "./types";

export const nodeProcedures = {
  nodeGetInfo: remote(
    6,
    {},
    { model: wideText(32), memory: uhyper, cpus: int, mhz: int, nodes: int, sockets: int, cores: int, threads: int },
  ),
  nodeGetCellsFreeMemory: remote(101, { startCell: int, maxcells: int }, { cells: array(uhyper, 1024) }),
  nodeGetFreeMemory: remote(102, {}, { freeMem: uhyper }),
  nodeNumOfDevices: remote(111, { cap: optionalString, flags: uint }, { num: int }),
  nodeListDevices: remote(112, { cap: optionalString, maxnames: int, flags: uint }, { names: array(string, 65536) }),
  nodeGetSecurityModel: remote(122, {}, { model: wideBytes(257), doi: wideBytes(257) }),
  nodeGetCpuStats: remote(227, { cpuNum: int, nparams: int, flags: uint }, { params: array(nodeGetCpuStats, 16), nparams: int }),
  nodeGetMemoryStats: remote(228, { nparams: int, cellNum: int, flags: uint }, { params: array(nodeGetMemoryStats, 16), nparams: int }),
  nodeSuspendForDuration: remote(250, { target: uint, duration: uhyper, flags: uint }, {}),
  nodeSetMemoryParameters: remote(288, { params: array(typedParam, 64), flags: uint }, {}),
  nodeGetMemoryParameters: remote(289, { nparams: int, flags: uint }, { params: array(typedParam, 64), nparams: int }),
  nodeGetCpuMap: remote(293, { needMap: int, needOnline: int, flags: uint }, { cpumap: opaque(2048), online: uint, ret: int }),
  nodeGetFreePages: remote(
    340,
    { pages: array(uint, 1024), startCell: int, cellCount: uint, flags: uint },
    { counts: array(uhyper, 1024) },
  ),
  nodeAllocPages: remote(
    347,
    { pageSizes: array(uint, 1024), pageCounts: array(uhyper, 1024), startCell: int, cellCount: uint, flags: uint },
    { ret: int },
  ),
  nodeGetSevInfo: remote(395, { nparams: int, flags: uint }, { params: array(typedParam, 64), nparams: int }),
};
