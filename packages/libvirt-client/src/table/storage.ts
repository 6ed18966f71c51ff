// Pools and volumes.
import { array } from "../xdr/codec";
import { char, int, uchar, uhyper, uint, uuid } from "../xdr/scalars";
import { remote } from "./procedure";
import { storagePool, storageVol, string } from "./types";

export const storageProcedures = {
  storagePoolCreateXml: remote(76, { xml: string, flags: uint }, { pool: storagePool }),
  storagePoolDefineXml: remote(77, { xml: string, flags: uint }, { pool: storagePool }),
  storagePoolCreate: remote(78, { pool: storagePool, flags: uint }, {}),
  storagePoolBuild: remote(79, { pool: storagePool, flags: uint }, {}),
  storagePoolDestroy: remote(80, { pool: storagePool }, {}),
  storagePoolDelete: remote(81, { pool: storagePool, flags: uint }, {}),
  storagePoolUndefine: remote(82, { pool: storagePool }, {}),
  storagePoolRefresh: remote(83, { pool: storagePool, flags: uint }, {}),
  storagePoolLookupByName: remote(84, { name: string }, { pool: storagePool }),
  storagePoolLookupByUuid: remote(85, { uuid: uuid }, { pool: storagePool }),
  storagePoolLookupByVolume: remote(86, { vol: storageVol }, { pool: storagePool }),
  storagePoolGetInfo: remote(87, { pool: storagePool }, { state: uchar, capacity: uhyper, allocation: uhyper, available: uhyper }),
  storagePoolGetXmlDesc: remote(88, { pool: storagePool, flags: uint }, { xml: string }),
  storagePoolGetAutostart: remote(89, { pool: storagePool }, { autostart: int }),
  storagePoolSetAutostart: remote(90, { pool: storagePool, autostart: int }, {}),
  storagePoolNumOfVolumes: remote(91, { pool: storagePool }, { num: int }),
  storagePoolListVolumes: remote(92, { pool: storagePool, maxnames: int }, { names: array(string, 16384) }),
  storageVolCreateXml: remote(93, { pool: storagePool, xml: string, flags: uint }, { vol: storageVol }),
  storageVolDelete: remote(94, { vol: storageVol, flags: uint }, {}),
  storageVolLookupByName: remote(95, { pool: storagePool, name: string }, { vol: storageVol }),
  storageVolLookupByKey: remote(96, { key: string }, { vol: storageVol }),
  storageVolLookupByPath: remote(97, { path: string }, { vol: storageVol }),
  storageVolGetInfo: remote(98, { vol: storageVol }, { type: char, capacity: uhyper, allocation: uhyper }),
  storageVolGetXmlDesc: remote(99, { vol: storageVol, flags: uint }, { xml: string }),
  storageVolGetPath: remote(100, { vol: storageVol }, { name: string }),
  storageVolCreateXmlFrom: remote(125, { pool: storagePool, xml: string, clonevol: storageVol, flags: uint }, { vol: storageVol }),
  storagePoolIsActive: remote(154, { pool: storagePool }, { active: int }),
  storagePoolIsPersistent: remote(155, { pool: storagePool }, { persistent: int }),
  storageVolWipe: remote(165, { vol: storageVol, flags: uint }, {}),
  storageVolUpload: remote(208, { vol: storageVol, offset: uhyper, length: uhyper, flags: uint }, {}, "up"),
  storageVolDownload: remote(209, { vol: storageVol, offset: uhyper, length: uhyper, flags: uint }, {}, "down"),
  storageVolWipePattern: remote(259, { vol: storageVol, algorithm: uint, flags: uint }, {}),
  storageVolResize: remote(260, { vol: storageVol, capacity: uhyper, flags: uint }, {}),
  storagePoolListAllVolumes: remote(
    282,
    { pool: storagePool, needResults: int, flags: uint },
    { vols: array(storageVol, 16384), ret: uint },
  ),
  storageVolGetInfoFlags: remote(378, { vol: storageVol, flags: uint }, { type: char, capacity: uhyper, allocation: uhyper }),
  storagePoolLookupByTargetPath: remote(391, { path: string }, { pool: storagePool }),
};
