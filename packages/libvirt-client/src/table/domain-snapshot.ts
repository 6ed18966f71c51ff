// A machine's snapshots, checkpoints and backups.
import { array } from "../xdr/codec";
import { int, uint } from "../xdr/scalars";
import { remote } from "./procedure";
import { domain, domainCheckpoint, domainSnapshot, optionalString, string } from "./types";

export const domainSnapshotProcedures = {
  domainSnapshotCreateXml: remote(185, { dom: domain, xmlDesc: string, flags: uint }, { snap: domainSnapshot }),
  domainSnapshotGetXmlDesc: remote(186, { snap: domainSnapshot, flags: uint }, { xml: string }),
  domainSnapshotNum: remote(187, { dom: domain, flags: uint }, { num: int }),
  domainSnapshotListNames: remote(188, { dom: domain, maxnames: int, flags: uint }, { names: array(string, 16384) }),
  domainSnapshotLookupByName: remote(189, { dom: domain, name: string, flags: uint }, { snap: domainSnapshot }),
  domainHasCurrentSnapshot: remote(190, { dom: domain, flags: uint }, { result: int }),
  domainSnapshotCurrent: remote(191, { dom: domain, flags: uint }, { snap: domainSnapshot }),
  domainRevertToSnapshot: remote(192, { snap: domainSnapshot, flags: uint }, {}),
  domainSnapshotDelete: remote(193, { snap: domainSnapshot, flags: uint }, {}),
  domainSnapshotGetParent: remote(244, { snap: domainSnapshot, flags: uint }, { snap: domainSnapshot }),
  domainSnapshotNumChildren: remote(246, { snap: domainSnapshot, flags: uint }, { num: int }),
  domainSnapshotListChildrenNames: remote(247, { snap: domainSnapshot, maxnames: int, flags: uint }, { names: array(string, 16384) }),
  domainSnapshotIsCurrent: remote(271, { snap: domainSnapshot, flags: uint }, { current: int }),
  domainSnapshotHasMetadata: remote(272, { snap: domainSnapshot, flags: uint }, { metadata: int }),
  domainListAllSnapshots: remote(
    274,
    { dom: domain, needResults: int, flags: uint },
    { snapshots: array(domainSnapshot, 16384), ret: int },
  ),
  domainSnapshotListAllChildren: remote(
    275,
    { snapshot: domainSnapshot, needResults: int, flags: uint },
    { snapshots: array(domainSnapshot, 16384), ret: int },
  ),
  domainCheckpointCreateXml: remote(411, { dom: domain, xmlDesc: string, flags: uint }, { checkpoint: domainCheckpoint }),
  domainCheckpointGetXmlDesc: remote(412, { checkpoint: domainCheckpoint, flags: uint }, { xml: string }),
  domainListAllCheckpoints: remote(
    413,
    { dom: domain, needResults: int, flags: uint },
    { checkpoints: array(domainCheckpoint, 16384), ret: int },
  ),
  domainCheckpointListAllChildren: remote(
    414,
    { checkpoint: domainCheckpoint, needResults: int, flags: uint },
    { checkpoints: array(domainCheckpoint, 16384), ret: int },
  ),
  domainCheckpointLookupByName: remote(415, { dom: domain, name: string, flags: uint }, { checkpoint: domainCheckpoint }),
  domainCheckpointGetParent: remote(416, { checkpoint: domainCheckpoint, flags: uint }, { parent: domainCheckpoint }),
  domainCheckpointDelete: remote(417, { checkpoint: domainCheckpoint, flags: uint }, {}),
  domainBackupBegin: remote(421, { dom: domain, backupXml: string, checkpointXml: optionalString, flags: uint }, {}),
  domainBackupGetXmlDesc: remote(422, { dom: domain, flags: uint }, { xml: string }),
};
