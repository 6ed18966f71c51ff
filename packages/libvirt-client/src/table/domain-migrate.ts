// Moving a machine between hosts.
import { array } from "../xdr/codec";
import { int, uhyper, uint } from "../xdr/scalars";
import { opaque } from "../xdr/strings";
import { remote } from "./procedure";
import { domain, optionalString, string, typedParam } from "./types";

export const domainMigrateProcedures = {
  domainMigratePrepare: remote(
    61,
    { uriIn: optionalString, flags: uhyper, dname: optionalString, resource: uhyper },
    { cookie: opaque(4194304), uriOut: optionalString },
  ),
  domainMigratePerform: remote(
    62,
    { dom: domain, cookie: opaque(4194304), uri: string, flags: uhyper, dname: optionalString, resource: uhyper },
    {},
  ),
  domainMigrateFinish: remote(63, { dname: string, cookie: opaque(4194304), uri: string, flags: uhyper }, { ddom: domain }),
  domainMigratePrepare2: remote(
    108,
    { uriIn: optionalString, flags: uhyper, dname: optionalString, resource: uhyper, domXml: string },
    { cookie: opaque(4194304), uriOut: optionalString },
  ),
  domainMigrateFinish2: remote(109, { dname: string, cookie: opaque(4194304), uri: string, flags: uhyper, retcode: int }, { ddom: domain }),
  domainMigratePrepareTunnel: remote(148, { flags: uhyper, dname: optionalString, resource: uhyper, domXml: string }, {}, "up"),
  domainMigrateSetMaxDowntime: remote(166, { dom: domain, downtime: uhyper, flags: uint }, {}),
  domainMigrateSetMaxSpeed: remote(207, { dom: domain, bandwidth: uhyper, flags: uint }, {}),
  domainMigrateBegin3: remote(
    213,
    { dom: domain, xmlin: optionalString, flags: uhyper, dname: optionalString, resource: uhyper },
    { cookieOut: opaque(4194304), xml: string },
  ),
  domainMigratePrepare3: remote(
    214,
    { cookieIn: opaque(4194304), uriIn: optionalString, flags: uhyper, dname: optionalString, resource: uhyper, domXml: string },
    { cookieOut: opaque(4194304), uriOut: optionalString },
  ),
  domainMigratePrepareTunnel3: remote(
    215,
    { cookieIn: opaque(4194304), flags: uhyper, dname: optionalString, resource: uhyper, domXml: string },
    { cookieOut: opaque(4194304) },
    "up",
  ),
  domainMigratePerform3: remote(
    216,
    {
      dom: domain,
      xmlin: optionalString,
      cookieIn: opaque(4194304),
      dconnuri: optionalString,
      uri: optionalString,
      flags: uhyper,
      dname: optionalString,
      resource: uhyper,
    },
    { cookieOut: opaque(4194304) },
  ),
  domainMigrateFinish3: remote(
    217,
    { dname: string, cookieIn: opaque(4194304), dconnuri: optionalString, uri: optionalString, flags: uhyper, cancelled: int },
    { dom: domain, cookieOut: opaque(4194304) },
  ),
  domainMigrateConfirm3: remote(218, { dom: domain, cookieIn: opaque(4194304), flags: uhyper, cancelled: int }, {}),
  domainMigrateGetMaxSpeed: remote(242, { dom: domain, flags: uint }, { bandwidth: uhyper }),
  domainMigrateGetCompressionCache: remote(299, { dom: domain, flags: uint }, { cacheSize: uhyper }),
  domainMigrateSetCompressionCache: remote(300, { dom: domain, cacheSize: uhyper, flags: uint }, {}),
  domainMigrateBegin3Params: remote(
    302,
    { dom: domain, params: array(typedParam, 64), flags: uint },
    { cookieOut: opaque(4194304), xml: string },
  ),
  domainMigratePrepare3Params: remote(
    303,
    { params: array(typedParam, 64), cookieIn: opaque(4194304), flags: uint },
    { cookieOut: opaque(4194304), uriOut: optionalString },
  ),
  domainMigratePrepareTunnel3Params: remote(
    304,
    { params: array(typedParam, 64), cookieIn: opaque(4194304), flags: uint },
    { cookieOut: opaque(4194304) },
    "up",
  ),
  domainMigratePerform3Params: remote(
    305,
    { dom: domain, dconnuri: optionalString, params: array(typedParam, 64), cookieIn: opaque(4194304), flags: uint },
    { cookieOut: opaque(4194304) },
  ),
  domainMigrateFinish3Params: remote(
    306,
    { params: array(typedParam, 64), cookieIn: opaque(4194304), flags: uint, cancelled: int },
    { dom: domain, cookieOut: opaque(4194304) },
  ),
  domainMigrateConfirm3Params: remote(
    307,
    { dom: domain, params: array(typedParam, 64), cookieIn: opaque(4194304), flags: uint, cancelled: int },
    {},
  ),
  domainMigrateStartPostCopy: remote(364, { dom: domain, flags: uint }, {}),
  domainMigrateGetMaxDowntime: remote(387, { dom: domain, flags: uint }, { downtime: uhyper }),
};
