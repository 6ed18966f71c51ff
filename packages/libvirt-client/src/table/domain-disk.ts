// A machine's disks and file systems.
import { array } from "../xdr/codec";
import { hyper, int, uhyper, uint } from "../xdr/scalars";
import { opaque } from "../xdr/strings";
import { remote } from "./procedure";
import { domain, domainDiskError, domainFsinfo, optionalString, string, typedParam } from "./types";

export const domainDiskProcedures = {
  domainBlockStats: remote(64, { dom: domain, path: string }, { rdReq: hyper, rdBytes: hyper, wrReq: hyper, wrBytes: hyper, errs: hyper }),
  domainBlockPeek: remote(103, { dom: domain, path: string, offset: uhyper, size: uint, flags: uint }, { buffer: opaque(4194304) }),
  domainGetBlockInfo: remote(194, { dom: domain, path: string, flags: uint }, { allocation: uhyper, capacity: uhyper, physical: uhyper }),
  domainBlockJobAbort: remote(237, { dom: domain, path: string, flags: uint }, {}),
  domainGetBlockJobInfo: remote(
    238,
    { dom: domain, path: string, flags: uint },
    { found: int, type: int, bandwidth: uhyper, cur: uhyper, end: uhyper },
  ),
  domainBlockJobSetSpeed: remote(239, { dom: domain, path: string, bandwidth: uhyper, flags: uint }, {}),
  domainBlockPull: remote(240, { dom: domain, path: string, bandwidth: uhyper, flags: uint }, {}),
  domainBlockStatsFlags: remote(
    243,
    { dom: domain, path: string, nparams: int, flags: uint },
    { params: array(typedParam, 16), nparams: int },
  ),
  domainBlockResize: remote(251, { dom: domain, disk: string, size: uhyper, flags: uint }, {}),
  domainSetBlockIoTune: remote(252, { dom: domain, disk: string, params: array(typedParam, 32), flags: uint }, {}),
  domainGetBlockIoTune: remote(
    253,
    { dom: domain, disk: optionalString, nparams: int, flags: uint },
    { params: array(typedParam, 32), nparams: int },
  ),
  domainGetDiskErrors: remote(263, { dom: domain, maxerrors: uint, flags: uint }, { errors: array(domainDiskError, 256), nerrors: int }),
  domainBlockRebase: remote(266, { dom: domain, path: string, base: optionalString, bandwidth: uhyper, flags: uint }, {}),
  domainBlockCommit: remote(
    290,
    { dom: domain, disk: string, base: optionalString, top: optionalString, bandwidth: uhyper, flags: uint },
    {},
  ),
  domainFstrim: remote(294, { dom: domain, mountPoint: optionalString, minimum: uhyper, flags: uint }, {}),
  domainFsfreeze: remote(335, { dom: domain, mountpoints: array(string, 256), flags: uint }, { filesystems: int }),
  domainFsthaw: remote(336, { dom: domain, mountpoints: array(string, 256), flags: uint }, { filesystems: int }),
  domainBlockCopy: remote(345, { dom: domain, path: string, destxml: string, params: array(typedParam, 16), flags: uint }, {}),
  domainGetFsinfo: remote(349, { dom: domain, flags: uint }, { info: array(domainFsinfo, 256), ret: uint }),
  domainSetBlockThreshold: remote(386, { dom: domain, dev: string, threshold: uhyper, flags: uint }, {}),
};
