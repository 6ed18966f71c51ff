import { type Codec, type Fields, struct, type ValueOf } from "../xdr/codec";
import { int } from "../xdr/scalars";
import { eventRegistrationProcedures as registration } from "./event-registration";
import type { Procedure } from "./procedure";
import type { Domain, Network, NodeDevice, Secret, StoragePool } from "./types";

/** What an event may be narrowed to. */
export interface EventSubject {
  domain: Domain;
  network: Network;
  storagePool: StoragePool;
  nodeDevice: NodeDevice;
  secret: Secret;
}
export type EventFamily = keyof EventSubject;

/** One event: which number asks for it, and the message that brings it. */
export interface EventKind<T, F extends EventFamily = EventFamily> {
  readonly family: F;
  readonly eventId: number;
  /** The procedure number of the message. */
  readonly message: number;
  readonly payload: Codec<T & { callbackId: number }>;
}

const kind =
  <F extends EventFamily>(family: F) =>
  <P extends Fields>(eventId: number, message: number, fields: P): EventKind<ValueOf<P>, F> => {
    // The spread keeps every field's codec; TypeScript can't carry a mapped type over a generic spread.
    const payload = struct({ callbackId: int, ...fields }) as unknown as Codec<ValueOf<P> & { callbackId: number }>;
    return { family, eventId, message, payload };
  };

export const domainEvent = kind("domain");
export const networkEvent = kind("network");
export const storagePoolEvent = kind("storagePool");
export const nodeDeviceEvent = kind("nodeDevice");
export const secretEvent = kind("secret");

interface Registration {
  register: Procedure<unknown, { callbackId: number }>;
  deregister: Procedure<{ callbackId: number }, object>;
  /** Which argument narrows it to one subject. */
  field: string;
}

/** How each family is asked for and let go of. */
export const registrations: Readonly<Record<EventFamily, Registration>> = {
  domain: {
    register: registration.connectDomainEventCallbackRegisterAny,
    deregister: registration.connectDomainEventCallbackDeregisterAny,
    field: "dom",
  },
  network: {
    register: registration.connectNetworkEventRegisterAny,
    deregister: registration.connectNetworkEventDeregisterAny,
    field: "net",
  },
  storagePool: {
    register: registration.connectStoragePoolEventRegisterAny,
    deregister: registration.connectStoragePoolEventDeregisterAny,
    field: "pool",
  },
  nodeDevice: {
    register: registration.connectNodeDeviceEventRegisterAny,
    deregister: registration.connectNodeDeviceEventDeregisterAny,
    field: "dev",
  },
  secret: {
    register: registration.connectSecretEventRegisterAny,
    deregister: registration.connectSecretEventDeregisterAny,
    field: "secret",
  },
};
