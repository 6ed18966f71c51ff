import type { Value } from "../xdr/codec";
import { connectProcedures } from "./connect";
import { deviceProcedures } from "./device";
import { domainProcedures } from "./domain";
import { domainDiskProcedures } from "./domain-disk";
import { domainGetProcedures } from "./domain-get";
import { domainMigrateProcedures } from "./domain-migrate";
import { domainSetProcedures } from "./domain-set";
import { domainSnapshotProcedures } from "./domain-snapshot";
import { eventRegistrationProcedures } from "./event-registration";
import { networkProcedures } from "./network";
import { nodeProcedures } from "./node";
import type { StreamWay } from "./procedure";
import { qemuProcedures } from "./qemu";
import { storageProcedures } from "./storage";

/** Every procedure by name: libvirt's own, in camel case. Those that pass file descriptors are left out: a Node socket carries none. */
export const procedures = {
  ...connectProcedures,
  ...nodeProcedures,
  ...domainProcedures,
  ...domainGetProcedures,
  ...domainSetProcedures,
  ...networkProcedures,
  ...domainMigrateProcedures,
  ...domainDiskProcedures,
  ...storageProcedures,
  ...eventRegistrationProcedures,
  ...deviceProcedures,
  ...domainSnapshotProcedures,
  ...qemuProcedures,
};

type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
/** What a procedure takes. */
export type Arguments<N extends ProcedureName> = Value<Procedures[N]["args"]>;
/** What a procedure answers. */
export type Result<N extends ProcedureName> = Value<Procedures[N]["result"]>;
/** The procedures whose stream goes that way. */
export type Streaming<W extends StreamWay> = { [N in ProcedureName]: Procedures[N]["stream"] extends W ? N : never }[ProcedureName];
