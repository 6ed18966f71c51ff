import { X509Certificate } from "node:crypto";
import type { SecureClientSessionOptions } from "node:http2";
import type { JsonObject } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ApplyAction, type Event, type KindInfo, ManagerService, type ApplyResult as WireResult } from "@remuda/contract/manager";
import type { Activity } from "../activity";
import type { Target } from "../connection";
import { CliError } from "../exit-status";
import { translateError } from "./errors";
import { type OwnershipApi, ownershipApi } from "./ownership";
import { resumingWatch } from "./watch";

/** What Apply did. */
export type Action = "created" | "configured" | "unchanged";

/** A name in a resource of something that does not exist. */
export interface Unresolved {
  field: string;
  kind: string;
  name: string;
  /** The existing name that was probably meant, or "". */
  nearest: string;
}

interface ApplyResult {
  action: Action;
  resource: JsonObject;
  unresolved: Unresolved[];
}

export interface Selection {
  kind: string;
  /** Only this one; a watch's alone. */
  name?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** What a watch tells. `synced`: what was there is complete. `reset`: forget what was told, it comes again. */
export type Change = { type: "present" | "gone"; resource: JsonObject } | { type: "synced" } | { type: "reset" };

export interface EventLine {
  kind: string;
  name: string;
  uid: string;
  type: string;
  reason: string;
  message: string;
  count: number;
  firstTime: Date | undefined;
  lastTime: Date | undefined;
}

/** The manager, in the words of the commands. Every call fails with a CliError. */
export interface Api extends OwnershipApi {
  target: Target;
  apply(resources: JsonObject[], dryRun: boolean): Promise<ApplyResult[]>;
  /** Applies what declares a machine of a platform as it is. */
  adopt(machine: { provider: string; id: string; name: string }, dryRun: boolean): Promise<ApplyResult[]>;
  get(kind: string, name: string): Promise<JsonObject>;
  /** A page at a time, ordered by name. */
  list(selection: Selection): AsyncGenerator<JsonObject[], void, void>;
  /** The resource as it is now; undefined if it is gone already. */
  delete(kind: string, name: string, uid?: string): Promise<JsonObject | undefined>;
  /** Goes on after the connection broke, until the signal. */
  watch(selection: Selection, signal: AbortSignal): AsyncGenerator<Change, void, void>;
  /** Without a kind: all, without their fields. */
  explain(kind: string, path: string): Promise<KindInfo[]>;
  /** With a uid: not those of another one that had the name before. */
  events(kind: string, name: string, limit: number, uid?: string): Promise<EventLine[]>;
  activity(): Promise<Activity>;
  info(): Promise<{ version: string; owner: string }>;
  close(): void;
}

const actions = {
  [ApplyAction.UNSPECIFIED]: "unchanged",
  [ApplyAction.CREATED]: "created",
  [ApplyAction.UPDATED]: "configured",
  [ApplyAction.UNCHANGED]: "unchanged",
} as const satisfies Record<ApplyAction, Action>;

export interface OpenOptions {
  /** Milliseconds that each call may take; a watch has no limit. */
  callTimeoutMs?: number;
  /** Ends every call. */
  signal: AbortSignal;
}

/** A manager on this machine may show a certificate for the name that others call it by: what it is, is known by its file. */
function tlsOptions({ ca, pinned }: Target): SecureClientSessionOptions {
  if (pinned === undefined) return ca ? { ca } : {};
  const wanted = new X509Certificate(pinned);
  return {
    ca: pinned,
    allowPartialTrustChain: true,
    checkServerIdentity: (_, { raw }) =>
      raw.equals(wanted.raw) ? undefined : new Error("it shows another certificate than that of its file"),
  };
}

/** Dials with the first call. */
export function openApi(target: Target, { callTimeoutMs = 30_000, signal }: OpenOptions): Api {
  const sessions = new Http2SessionManager(target.url, { pingIntervalMs: 20_000, pingTimeoutMs: 10_000 }, tlsOptions(target));
  const bearer: Interceptor = (next) => (request) => {
    if (target.token !== undefined) request.header.set("authorization", `Bearer ${target.token}`);
    return next(request);
  };
  const client = createClient(
    ManagerService,
    createConnectTransport({
      baseUrl: target.url,
      httpVersion: "2",
      sessionManager: sessions,
      interceptors: [bearer],
      defaultTimeoutMs: callTimeoutMs,
      readMaxBytes: 64 << 20,
    }),
  );
  const call = async <T>(made: Promise<T>): Promise<T> => {
    try {
      return await made;
    } catch (error) {
      if (signal.aborted) throw new CliError("INTERRUPTED", "interrupted", { cause: error });
      throw translateError(error, target);
    }
  };
  const whole = (resource: JsonObject | undefined): JsonObject => {
    if (resource === undefined) throw new CliError("ERROR", `the manager at ${target.address} answered without a resource`);
    return resource;
  };

  const applied = (r: WireResult): ApplyResult => ({ action: actions[r.action], resource: whole(r.resource), unresolved: r.unresolved });

  return {
    target,
    apply: async (resources, dryRun) => {
      const { results } = await call(client.apply({ resources, dryRun }, { signal }));
      return results.map(applied);
    },
    adopt: async (machine, dryRun) => (await call(client.adopt({ ...machine, dryRun }, { signal }))).results.map(applied),
    ...ownershipApi(client, call, signal),
    get: async (kind, name) => whole((await call(client.get({ kind, name }, { signal }))).resource),
    list: async function* (selection) {
      let pageToken = "";
      do {
        const page = await call(client.list({ ...selection, pageToken }, { signal }));
        yield page.resources;
        if (page.nextPageToken !== "" && page.nextPageToken === pageToken)
          throw new CliError("ERROR", `the manager at ${target.address} answers the same page of ${selection.kind} again and again`);
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    delete: async (kind, name, uid = "") => (await call(client.delete({ kind, name, uid }, { signal }))).resource,
    watch: (selection, until) => resumingWatch(client, target, selection, AbortSignal.any([signal, until])),
    explain: async (kind, path) => (await call(client.explain({ kind, path }, { signal }))).kinds,
    events: async (kind, name, limit, uid = "") =>
      (await call(client.listEvents({ kind, name, limit, uid }, { signal }))).events.map(eventLine),
    activity: async () => {
      const { machines, tasks, calls, startTime } = await call(client.getActivity({}, { signal }));
      const startedMs = startTime ? timestampDate(startTime).getTime() : 0;
      return { machines, tasks, calls: calls.map((c) => ({ ...c, count: Number(c.count) })), startedMs };
    },
    info: () => call(client.getInfo({}, { signal })),
    close: () => sessions.abort(),
  };
}

const eventLine = ({ kind, name, uid, type, reason, message, count, firstTime, lastTime }: Event): EventLine => ({
  ...{ kind, name, uid, type, reason, message, count },
  firstTime: firstTime && timestampDate(firstTime),
  lastTime: lastTime && timestampDate(lastTime),
});
