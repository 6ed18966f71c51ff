// The structures that procedures and events share.
import { array, optional, struct, union, type Value } from "../xdr/codec";
import { double, hyper, int, uhyper, uint, uuid } from "../xdr/scalars";
import { opaque, text, wideBytes } from "../xdr/strings";

/** Text of up to 4 MiB. */
export const string = text(4194304);
export const optionalString = optional(string);

const typedParamValue = union({
  int: [1, int],
  uint: [2, uint],
  llong: [3, hyper],
  ullong: [4, uhyper],
  double: [5, double],
  boolean: [6, int],
  string: [7, string],
});

export const network = struct({ name: string, uuid: uuid });
/** A machine; `id` is -1 when it does not run. libvirt finds it by `uuid`. */
export const domain = struct({ name: string, uuid: uuid, id: int });
export const nodeGetCpuStats = struct({ field: string, value: uhyper });
export const nodeGetMemoryStats = struct({ field: string, value: uhyper });
/** A named value whose type is told beside it. */
export const typedParam = struct({ field: string, value: typedParamValue });
export const domainMemoryStat = struct({ tag: int, val: uhyper });
export const vcpuInfo = struct({ number: uint, state: int, cpuTime: uhyper, cpu: int });
export const domainIothreadInfo = struct({ iothreadId: uint, cpumap: opaque(2048) });
export const securityLabel = struct({ label: wideBytes(4097), enforcing: int });
export const nwfilter = struct({ name: string, uuid: uuid });
export const hostInterface = struct({ name: string, mac: string });
export const storagePool = struct({ name: string, uuid: uuid });
/** A volume: libvirt finds it by `key` or by pool and name. */
export const storageVol = struct({ pool: string, name: string, key: string });
export const nodeDevice = struct({ name: string });
export const secret = struct({ uuid: uuid, usageType: int, usageId: string });
export const domainEventGraphicsAddress = struct({ family: int, node: string, service: string });
export const domainEventGraphicsIdentity = struct({ type: string, name: string });
export const domainSnapshot = struct({ name: string, dom: domain });
export const domainDiskError = struct({ disk: string, error: int });
export const networkDhcpLease = struct({
  iface: string,
  expirytime: hyper,
  type: int,
  mac: optionalString,
  iaid: optionalString,
  ipaddr: string,
  prefix: uint,
  hostname: optionalString,
  clientid: optionalString,
});
export const domainStatsRecord = struct({ dom: domain, params: array(typedParam, 262144) });
export const domainFsinfo = struct({ mountpoint: string, name: string, fstype: string, devAliases: array(string, 256) });
const domainIpAddr = struct({ type: int, addr: string, prefix: uint });
export const domainInterface = struct({ name: string, hwaddr: optionalString, addrs: array(domainIpAddr, 2048) });
export const nwfilterBinding = struct({ portdev: string, filtername: string });
export const networkPort = struct({ net: network, uuid: uuid });
export const domainCheckpoint = struct({ name: string, dom: domain });
/** How the daemon says no. */
export const remoteError = struct({
  code: int,
  domain: int,
  message: optionalString,
  level: int,
  dom: optional(domain),
  str1: optionalString,
  str2: optionalString,
  str3: optionalString,
  int1: int,
  int2: int,
  net: optional(network),
});

export type Network = Value<typeof network>;
export type Domain = Value<typeof domain>;
export type TypedParam = Value<typeof typedParam>;
export type StoragePool = Value<typeof storagePool>;
export type StorageVol = Value<typeof storageVol>;
export type NodeDevice = Value<typeof nodeDevice>;
export type Secret = Value<typeof secret>;
export type DomainSnapshot = Value<typeof domainSnapshot>;
export type NetworkDhcpLease = Value<typeof networkDhcpLease>;
export type DomainStatsRecord = Value<typeof domainStatsRecord>;
export type DomainInterface = Value<typeof domainInterface>;
