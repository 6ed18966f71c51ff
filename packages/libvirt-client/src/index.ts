export { type ConnectOptions, connect } from "./connect";
export type { CallOptions, ConnectionState, Libvirt, StreamOptions } from "./connection";
export type { HostKeyTrust } from "./dial/host-key";
export type { SshOptions } from "./dial/ssh";
export type { TlsOptions } from "./dial/tls";
export { isRefusal, LibvirtError, type LibvirtReason } from "./error";
export { type ErrorCode, type ErrorDomain, errorCodes, errorDomains } from "./error-codes";
export type { EventName, EventOf, SubscribeOptions, Subscription } from "./events";
export type { Hole, StreamPiece } from "./node-streams";
export { type Arguments, type ProcedureName, procedures, type Result } from "./table/procedures";
export type {
  Domain,
  DomainInterface,
  DomainSnapshot,
  DomainStatsRecord,
  Network,
  NetworkDhcpLease,
  NodeDevice,
  Secret,
  StoragePool,
  StorageVol,
  TypedParam,
} from "./table/types";
