import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, type JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ApplyAction, errorDetails, ManagerService, WatchEventType } from "@remuda/contract/manager";
import { kinds } from "../../../resources/src/index";
import { isObject, textAt, valueAt } from "../field-path";

type Stored = JsonObject & { metadata: JsonObject };
type Heard = { type: WatchEventType; resource: JsonObject; version: number };

export interface FakeManagerOptions {
  port?: number;
  /** Wanted in every call. */
  token?: string;
  /** Machines run as soon as they are applied, and Providers show them. */
  runs?: boolean;
  /** Machines of a platform: those that nobody owns, and orphans. */
  platform?: { unmanaged: PlatformLine[]; orphans: PlatformLine[]; unseen?: string[] };
  /** Why nothing can be saved. */
  problem?: string;
  /** Resources a page. */
  pageSize?: number;
}

/** A machine of the platform "sim". */
interface PlatformLine {
  id: string;
  name: string;
  uid?: string;
  obstacle?: string;
}

/** A manager that keeps resources in a Map and makes nothing: what the commands need to be tried. */
export interface FakeManager {
  address: string;
  resources: Map<string, Stored>;
  /** Requests of Apply, as they came. */
  applied: JsonObject[][];
  /** Sets the status, as a controller would. */
  setStatus(kind: string, name: string, status: JsonObject): void;
  /** Takes it away, as the last finalizer's end would. */
  remove(kind: string, name: string): void;
  /** What watches asked for: "kind/name". */
  watches: string[];
  /** Resolves when so many watches are open. */
  watched(count: number): Promise<void>;
  /** Breaks every connection; the port goes on listening. */
  dropConnections(): void;
  close(): Promise<void>;
}

export async function startFakeManager(options: FakeManagerOptions = {}): Promise<FakeManager> {
  const resources = new Map<string, Stored>();
  const listeners = new Set<(heard: Heard) => void>();
  const history: Heard[] = [];
  const applied: JsonObject[][] = [];
  const watches: string[] = [];
  const waiters = new Set<() => void>();
  let version = 1;
  let asked = 0;

  const kindOf = (word: string) => {
    const found = Object.values(kinds).find((k) => [k.kind.toLowerCase(), k.plural, ...k.shortNames].includes(word.toLowerCase()));
    if (!found) throw new ConnectError(`unknown kind "${word}"`, Code.InvalidArgument);
    return found;
  };
  const tell = (type: WatchEventType, resource: JsonObject) => {
    const heard = { type, resource, version };
    history.push(heard);
    for (const listener of listeners) listener(heard);
  };
  const store = (id: string, resource: JsonObject, metadata: JsonObject, type: WatchEventType) => {
    version += 1;
    const stored: Stored = { ...resource, metadata: { ...metadata, resourceVersion: String(version) } };
    resources.set(id, stored);
    tell(type, stored);
    return stored;
  };
  const drop = (id: string) => {
    const resource = resources.get(id);
    if (!resource) return;
    version += 1;
    resources.delete(id);
    tell(WatchEventType.DELETED, resource);
  };
  const find = (kind: string, name: string) => {
    const resource = resources.get(`${kind}/${name}`);
    if (!resource) throw new ConnectError(`${kind} "${name}" not found`, Code.NotFound);
    return resource;
  };
  const selected =
    (kind: string, name: string, labelSelector: string, fieldSelector = "") =>
    (r: JsonObject) =>
      (fieldSelector === "" || textAt(r, fieldSelector.split("=")[0] ?? "") === fieldSelector.split("=")[1]) &&
      (kind === "" || r.kind === kind) &&
      (name === "" || textAt(r, "metadata.name") === name) &&
      (labelSelector === "" || textAt(r, `metadata.labels.${labelSelector.split("=")[0]}`) === labelSelector.split("=")[1]);

  const applyOne = (resource: JsonObject, index: number, dryRun: boolean) => {
    const { kind } = kindOf(textAt(resource, "kind"));
    const id = `${kind}/${textAt(resource, "metadata.name")}`;
    const before = resources.get(id);
    const given = textAt(resource, "metadata.resourceVersion");
    if (given !== "" && given !== textAt(before, "metadata.resourceVersion"))
      throw failed(Code.Aborted, index, `${id} was changed meanwhile`);
    const deletionTimestamp = textAt(before, "metadata.deletionTimestamp");
    if (deletionTimestamp !== "" && textAt(resource, 'metadata.annotations["remuda.dev/force-delete"]') === "")
      throw failed(Code.Aborted, index, `${id} is being deleted`, [], {
        ...{ deletionTimestamp, kind, name: textAt(resource, "metadata.name") },
      });
    const result = kinds[kind as keyof typeof kinds].spec.safeParse(resource.spec ?? {});
    if (!result.success) {
      const fieldViolations = result.error.issues.map((issue) => ({ field: `spec.${fieldOf(issue)}`, description: issue.message }));
      throw failed(Code.InvalidArgument, index, `${id} is not valid`, fieldViolations);
    }
    if (options.problem !== undefined) throw failed(Code.Unavailable, index, options.problem);
    const same =
      before &&
      JSON.stringify([before.spec, before.metadata.annotations]) ===
        JSON.stringify([resource.spec, valueAt(resource, "metadata.annotations")]);
    if (same) return { action: ApplyAction.UNCHANGED, resource: before };
    if (dryRun) return { action: before ? ApplyAction.UPDATED : ApplyAction.CREATED, resource };
    const generation = Number(valueAt(before, "metadata.generation") ?? 0) + 1;
    const held = (...types: string[]) => types.map((type) => ({ type, status: "True" }));
    const well: Record<string, JsonObject> = {
      VirtualMachine: { phase: "Running", powerState: "On", observedGeneration: generation, conditions: held("Ready") },
      Provider: { phase: "Connected", observedGeneration: generation, conditions: held("Ready", "Observed") },
    };
    const status: JsonObject = options.runs && well[kind] ? { status: well[kind] } : {};
    const metadata: JsonObject = {
      ...{ uid: `uid-${version}`, creationTimestamp: "2026-01-01T00:00:00Z" },
      ...before?.metadata,
      ...(isObject(resource.metadata) ? resource.metadata : {}),
      generation,
    };
    const whole = { ...resource, ...(before?.status ? { status: before.status } : {}), ...status };
    const stored = store(id, whole, metadata, before ? WatchEventType.MODIFIED : WatchEventType.ADDED);
    return { action: before ? ApplyAction.UPDATED : ApplyAction.CREATED, resource: stored };
  };

  /** As far as the tests need it: a machine's provider and image, a provider's network. */
  const unresolvedIn = (resource: JsonObject, together: JsonObject[]) =>
    [
      { field: "spec.provider", kind: "Provider", name: textAt(resource, "spec.provider") },
      { field: "spec.image", kind: "VMImage", name: textAt(resource, "spec.image") },
      { field: "spec.defaults.network", kind: "VMNetwork", name: textAt(resource, "spec.defaults.network") },
    ]
      .filter(({ kind, name }) => name !== "" && !resources.has(`${kind}/${name}`))
      .filter(({ kind, name }) => !together.some((r) => r.kind === kind && textAt(r, "metadata.name") === name))
      .map((u) => ({ ...u, nearest: u.name === "debain-12" ? "debian-12" : "" }));

  const routes = (router: ConnectRouter) =>
    router.service(ManagerService, {
      apply: ({ resources: given, dryRun }) => {
        applied.push(given);
        return { results: given.map((r, i) => ({ ...applyOne(r, i, dryRun), unresolved: unresolvedIn(r, given) })) };
      },
      get: ({ kind, name }) => ({ resource: find(kindOf(kind).kind, name) }),
      list: ({ kind, labelSelector, fieldSelector, pageToken }) => {
        const all = [...resources.values()].filter(selected(kindOf(kind).kind, "", labelSelector, fieldSelector));
        const from = Number(pageToken || 0);
        const to = from + (options.pageSize ?? 500);
        return { resources: all.slice(from, to), nextPageToken: to < all.length ? String(to) : "", resourceVersion: String(version) };
      },
      delete: ({ kind: word, name }) => {
        const { kind } = kindOf(word);
        const resource = find(kind, name);
        if (kind !== "VirtualMachine") {
          drop(`${kind}/${name}`);
          return {};
        }
        const metadata = { ...resource.metadata, deletionTimestamp: "2026-01-01T00:01:00Z" };
        return { resource: store(`${kind}/${name}`, resource, metadata, WatchEventType.MODIFIED) };
      },
      watch: async function* ({ kind: word, name, labelSelector, resourceVersion }, { signal }) {
        watches.push(`${word}/${name}`);
        const matches = selected(word === "" ? "" : kindOf(word).kind, name, labelSelector);
        const queue: Heard[] = [];
        let wake = () => {};
        const listener = (heard: Heard) => {
          queue.push(heard);
          wake();
        };
        listeners.add(listener);
        signal.addEventListener("abort", () => wake());
        if (resourceVersion === "") {
          for (const resource of resources.values()) {
            if (matches(resource))
              yield { type: WatchEventType.ADDED, resource, resourceVersion: textAt(resource, "metadata.resourceVersion") };
          }
          yield { type: WatchEventType.BOOKMARK, resourceVersion: String(version) };
        } else queue.push(...history.filter((h) => h.version > Number(resourceVersion)));
        for (const waiter of waiters) waiter();
        try {
          while (!signal.aborted) {
            const heard = queue.shift();
            if (heard === undefined) await new Promise<void>((done) => (wake = done));
            else if (matches(heard.resource)) yield { type: heard.type, resource: heard.resource, resourceVersion: String(heard.version) };
          }
        } finally {
          listeners.delete(listener);
        }
      },
      explain: ({ kind: word }) => {
        const infos = word === "" ? Object.values(kinds) : [kindOf(word)];
        return {
          kinds: infos.map((k) => ({
            ...{
              kind: k.kind,
              plural: k.plural,
              shortNames: [...k.shortNames],
              description: k.description,
              apiVersion: "remuda.dev/v1alpha1",
              conditions: [...k.conditions],
              phases: [...k.phases],
            },
            columns: k.columns.map((c) => ({ name: c.name, path: c.path, type: c.type, wide: "wide" in c && c.wide === true })),
            fields:
              word === ""
                ? []
                : [
                    { path: "metadata", type: "object" },
                    { path: "metadata.name", type: "string" },
                    { path: "metadata.labels", type: "map of string" },
                    { path: "spec", type: "object", required: true, description: "What it is to be." },
                    {
                      path: "spec.powerState",
                      type: "string",
                      description: "Whether it shall run.",
                      defaultJson: '"On"',
                      values: ["On", "Off"],
                    },
                  ],
          })),
        };
      },
      listEvents: ({ name, uid }) => ({
        events: [
          {
            kind: "VirtualMachine",
            name: name || "web-1",
            uid: uid || "u",
            type: "Normal",
            reason: "Created",
            message: uid === "" ? "made on the platform, or the one before was" : "made on the platform",
            count: 2,
          },
        ],
      }),
      getActivity: () => ({
        machines: [
          { provider: "sim", phase: "Running", count: 2 },
          { provider: "sim", phase: "Creating", count: 1, failing: 1 },
        ],
        tasks: [{ provider: "sim", operation: "Create", count: 1 }],
        calls: [{ provider: "sim", method: "Describe", reason: "OK", count: BigInt(++asked) }],
      }),
      listUnmanaged: ({ provider, namePattern, pageToken }) => {
        const all = (options.platform?.unmanaged ?? []).filter(({ name }) => name.startsWith(namePattern.replace("*", "")));
        const at = Number(pageToken || 0);
        return {
          machines: all.slice(at, at + 1).map(({ id, name, obstacle }) => ({
            machine: { provider, id, name, powerState: "On", cpus: 2, memoryMib: 512n, diskBytes: BigInt(8 << 20) * 1024n },
            proposedName: name.toLowerCase(),
            obstacle,
          })),
          nextPageToken: at + 1 < all.length ? String(at + 1) : "",
        };
      },
      adopt: ({ provider, id, name: wanted, dryRun }) => {
        const found = options.platform?.unmanaged.find((machine) => machine.id === id);
        if (!found) throw new ConnectError(`provider ${provider} has no machine ${id}`, Code.NotFound);
        const name = wanted || found.name.toLowerCase();
        const metadata: JsonObject = dryRun ? { name, uid: "", resourceVersion: "" } : { name };
        const spec = { provider, source: { existing: id }, hardware: { cpus: 2, memoryMiB: 512 }, deletionPolicy: "Retain" };
        const resource = {
          apiVersion: "remuda.dev/v1alpha1",
          kind: "VirtualMachine",
          metadata,
          spec,
        };
        return { results: [applyOne(resource, 0, dryRun)] };
      },
      listOrphans: ({ provider }) => ({
        orphans: (options.platform?.orphans ?? []).map((orphan) => ({
          provider: provider || "sim",
          powerState: "Off",
          cpus: 1,
          ...orphan,
        })),
        unseenProviders: options.platform?.unseen ?? [],
      }),
      deleteOrphan: ({ provider, uid, dryRun }) => {
        const orphans = options.platform?.orphans ?? [];
        const at = orphans.findIndex((orphan) => orphan.uid === uid);
        const [orphan] = orphans.slice(at, at + 1);
        if (!orphan || orphan.obstacle) throw new ConnectError(`machine ${orphan?.id} is no orphan: ${orphan?.obstacle}`, Code.Aborted);
        if (!dryRun) orphans.splice(at, 1);
        return { orphan: { provider, ...orphan } };
      },
      getInfo: () => ({ version: "9.9.9", owner: "owner-1" }),
    });

  const handler = connectNodeAdapter({
    routes,
    interceptors: [
      (next) => (request) => {
        if (options.token !== undefined && request.header.get("authorization") !== `Bearer ${options.token}`)
          throw new ConnectError("a token is needed", Code.Unauthenticated);
        return next(request);
      },
    ],
  });
  const server: Http2Server = createServer(handler);
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, "127.0.0.1", done));
  const dropConnections = () => {
    listeners.clear();
    for (const session of sessions) session.destroy();
  };

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    resources,
    applied,
    watches,
    setStatus: (kind, name, status) => {
      const resource = find(kind, name);
      store(`${kind}/${name}`, { ...resource, status }, resource.metadata, WatchEventType.MODIFIED);
    },
    remove: (kind, name) => drop(`${kind}/${name}`),
    watched: (count) =>
      new Promise((done) => {
        const check = () => {
          if (listeners.size < count) return;
          waiters.delete(check);
          done();
        };
        waiters.add(check);
        check();
      }),
    dropConnections,
    close: () =>
      new Promise((done) => {
        dropConnections();
        server.close(() => done());
      }),
  };
}

function failed(
  code: Code,
  index: number,
  message: string,
  fieldViolations: { field: string; description: string }[] = [],
  metadata: Record<string, string> = {},
): ConnectError {
  const info = create(errorDetails.ErrorInfoSchema, {
    reason: "INVALID_SPEC",
    domain: "remuda.dev",
    metadata: { index: String(index), ...metadata },
  });
  const details = [
    { desc: errorDetails.ErrorInfoSchema, value: info },
    ...(fieldViolations.length > 0 ? [{ desc: errorDetails.BadRequestSchema, value: { fieldViolations } }] : []),
  ];
  return new ConnectError(message, code, undefined, details);
}

const fieldOf = (issue: { path: PropertyKey[]; code?: string; keys?: string[] }) =>
  [...issue.path, ...(issue.keys ?? [])].map((p, i) => (typeof p === "number" ? `[${p}]` : `${i > 0 ? "." : ""}${String(p)}`)).join("");
