export { type ConnectOptions, connect } from "./connect";
export type { CallOptions, ConnectionState, Libvirt, StreamOptions } from "./connection";
export { isRefusal, LibvirtError, type LibvirtReason } from "./error";
export { type ErrorCode, type ErrorDomain, errorCodes, errorDomains } from "./error-codes";
export type { EventName, EventOf, SubscribeOptions, Subscription } from "./events";
export type { Hole, StreamPiece } from "./node-streams";
export { type Arguments, type ProcedureName, procedures, type Result } from "./table/procedures";
