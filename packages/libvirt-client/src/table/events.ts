// What the daemon tells by itself.

import { array } from "../xdr/codec";
import { hyper, int, uhyper, uint } from "../xdr/scalars";
import { domainEvent, networkEvent, nodeDeviceEvent, secretEvent, storagePoolEvent } from "./event";
import {
  domain,
  domainEventGraphicsAddress,
  domainEventGraphicsIdentity,
  network,
  nodeDevice,
  optionalString,
  secret,
  storagePool,
  string,
  typedParam,
} from "./types";

/** Every event by name. What the wire nests in `msg` lies flat here: XDR structures have no frame of their own. */
export const events = {
  domainLifecycle: domainEvent(0, 318, { dom: domain, event: int, detail: int }),
  domainReboot: domainEvent(1, 319, { dom: domain }),
  domainRtcChange: domainEvent(2, 320, { dom: domain, offset: hyper }),
  domainWatchdog: domainEvent(3, 321, { dom: domain, action: int }),
  domainIoError: domainEvent(4, 322, { dom: domain, srcPath: string, devAlias: string, action: int }),
  domainGraphics: domainEvent(5, 323, {
    dom: domain,
    phase: int,
    local: domainEventGraphicsAddress,
    remote: domainEventGraphicsAddress,
    authScheme: string,
    subject: array(domainEventGraphicsIdentity, 20),
  }),
  domainIoErrorReason: domainEvent(6, 324, { dom: domain, srcPath: string, devAlias: string, action: int, reason: string }),
  domainControlError: domainEvent(7, 325, { dom: domain }),
  domainBlockJob: domainEvent(8, 326, { dom: domain, path: string, type: int, status: int }),
  domainDiskChange: domainEvent(9, 327, {
    dom: domain,
    oldSrcPath: optionalString,
    newSrcPath: optionalString,
    devAlias: string,
    reason: int,
  }),
  domainTrayChange: domainEvent(10, 328, { dom: domain, devAlias: string, reason: int }),
  domainPmwakeup: domainEvent(11, 329, { reason: int, dom: domain }),
  domainPmsuspend: domainEvent(12, 330, { reason: int, dom: domain }),
  domainBalloonChange: domainEvent(13, 331, { dom: domain, actual: uhyper }),
  domainPmsuspendDisk: domainEvent(14, 332, { reason: int, dom: domain }),
  domainDeviceRemoved: domainEvent(15, 333, { dom: domain, devAlias: string }),
  domainBlockJob2: domainEvent(16, 339, { dom: domain, dst: string, type: int, status: int }),
  domainTunable: domainEvent(17, 346, { dom: domain, params: array(typedParam, 2048) }),
  domainAgentLifecycle: domainEvent(18, 348, { dom: domain, state: int, reason: int }),
  domainDeviceAdded: domainEvent(19, 354, { dom: domain, devAlias: string }),
  domainMigrationIteration: domainEvent(20, 359, { dom: domain, iteration: int }),
  domainJobCompleted: domainEvent(21, 363, { dom: domain, params: array(typedParam, 64) }),
  domainDeviceRemovalFailed: domainEvent(22, 367, { dom: domain, devAlias: string }),
  domainMetadataChange: domainEvent(23, 379, { dom: domain, type: int, nsuri: optionalString }),
  domainBlockThreshold: domainEvent(24, 385, { dom: domain, dev: string, path: optionalString, threshold: uhyper, excess: uhyper }),
  domainMemoryFailure: domainEvent(25, 423, { dom: domain, recipient: int, action: int, flags: uint }),
  domainMemoryDeviceSizeChange: domainEvent(26, 438, { dom: domain, alias: string, size: uhyper }),
  networkLifecycle: networkEvent(0, 315, { net: network, event: int, detail: int }),
  storagePoolLifecycle: storagePoolEvent(0, 370, { pool: storagePool, event: int, detail: int }),
  storagePoolRefresh: storagePoolEvent(1, 373, { pool: storagePool }),
  nodeDeviceLifecycle: nodeDeviceEvent(0, 376, { dev: nodeDevice, event: int, detail: int }),
  nodeDeviceUpdate: nodeDeviceEvent(1, 377, { dev: nodeDevice }),
  secretLifecycle: secretEvent(0, 382, { secret: secret, event: int, detail: int }),
  secretValueChanged: secretEvent(1, 383, { secret: secret }),
};
