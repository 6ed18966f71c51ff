// Asking for events and letting go of them.
import { optional } from "../xdr/codec";
import { int } from "../xdr/scalars";
import { remote } from "./procedure";
import { domain, network, nodeDevice, secret, storagePool } from "./types";

export const eventRegistrationProcedures = {
  connectDomainEventRegister: remote(105, {}, { cbRegistered: int }),
  connectDomainEventDeregister: remote(106, {}, { cbRegistered: int }),
  connectDomainEventRegisterAny: remote(167, { eventId: int }, {}),
  connectDomainEventDeregisterAny: remote(168, { eventId: int }, {}),
  connectNetworkEventRegisterAny: remote(313, { eventId: int, net: optional(network) }, { callbackId: int }),
  connectNetworkEventDeregisterAny: remote(314, { callbackId: int }, {}),
  connectDomainEventCallbackRegisterAny: remote(316, { eventId: int, dom: optional(domain) }, { callbackId: int }),
  connectDomainEventCallbackDeregisterAny: remote(317, { callbackId: int }, {}),
  connectStoragePoolEventRegisterAny: remote(368, { eventId: int, pool: optional(storagePool) }, { callbackId: int }),
  connectStoragePoolEventDeregisterAny: remote(369, { callbackId: int }, {}),
  connectNodeDeviceEventRegisterAny: remote(374, { eventId: int, dev: optional(nodeDevice) }, { callbackId: int }),
  connectNodeDeviceEventDeregisterAny: remote(375, { callbackId: int }, {}),
  connectSecretEventRegisterAny: remote(380, { eventId: int, secret: optional(secret) }, { callbackId: int }),
  connectSecretEventDeregisterAny: remote(381, { callbackId: int }, {}),
};
