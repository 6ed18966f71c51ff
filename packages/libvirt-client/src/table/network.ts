// Networks and their ports.
import { array } from "../xdr/codec";
import { int, uint, uuid } from "../xdr/scalars";
import { remote } from "./procedure";
import { network, networkDhcpLease, networkPort, optionalString, string, typedParam } from "./types";

export const networkProcedures = {
  networkCreate: remote(39, { net: network }, {}),
  networkCreateXml: remote(40, { xml: string }, { net: network }),
  networkDefineXml: remote(41, { xml: string }, { net: network }),
  networkDestroy: remote(42, { net: network }, {}),
  networkGetXmlDesc: remote(43, { net: network, flags: uint }, { xml: string }),
  networkGetAutostart: remote(44, { net: network }, { autostart: int }),
  networkGetBridgeName: remote(45, { net: network }, { name: string }),
  networkLookupByName: remote(46, { name: string }, { net: network }),
  networkLookupByUuid: remote(47, { uuid: uuid }, { net: network }),
  networkSetAutostart: remote(48, { net: network, autostart: int }, {}),
  networkUndefine: remote(49, { net: network }, {}),
  networkIsActive: remote(152, { net: network }, { active: int }),
  networkIsPersistent: remote(153, { net: network }, { persistent: int }),
  networkUpdate: remote(291, { net: network, command: uint, section: uint, parentIndex: int, xml: string, flags: uint }, {}),
  networkGetDhcpLeases: remote(
    341,
    { net: network, mac: optionalString, needResults: int, flags: uint },
    { leases: array(networkDhcpLease, 65536), ret: uint },
  ),
  networkListAllPorts: remote(404, { network: network, needResults: int, flags: uint }, { ports: array(networkPort, 16384), ret: uint }),
  networkPortLookupByUuid: remote(405, { network: network, uuid: uuid }, { port: networkPort }),
  networkPortCreateXml: remote(406, { network: network, xml: string, flags: uint }, { port: networkPort }),
  networkPortGetParameters: remote(407, { port: networkPort, nparams: int, flags: uint }, { params: array(typedParam, 16), nparams: int }),
  networkPortSetParameters: remote(408, { port: networkPort, params: array(typedParam, 16), flags: uint }, {}),
  networkPortGetXmlDesc: remote(409, { port: networkPort, flags: uint }, { xml: string }),
  networkPortDelete: remote(410, { port: networkPort, flags: uint }, {}),
  networkDefineXmlFlags: remote(432, { xml: string, flags: uint }, { net: network }),
  networkCreateXmlFlags: remote(437, { xml: string, flags: uint }, { net: network }),
};
