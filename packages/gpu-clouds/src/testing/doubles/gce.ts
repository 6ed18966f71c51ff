import { json, ok, page, text } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import type { DoubleSettings } from "../settings";

interface GceData {
  zone: string;
  order: Record<string, unknown>;
  requestId: string;
}

export interface GceDouble extends Double {
  key: string;
  project: string;
  fleet: Fleet<GceData>;
  /** Error codes that operations end with, by zone: "us-central1-a" → "QUOTA_EXCEEDED". */
  failing: Map<string, string>;
  /** Zones that a list can't reach. */
  unreachable: Set<string>;
}

const type = (name: string, guestCpus: number, gib: number, accelerator?: string, count = 1) => ({
  name,
  guestCpus,
  memoryMb: gib * 1024,
  ...(accelerator ? { accelerators: [{ guestAcceleratorType: accelerator, guestAcceleratorCount: count }] } : {}),
});
const common = [type("n1-standard-8", 8, 30), type("e2-standard-4", 4, 16), type("g2-standard-8", 8, 32, "nvidia-l4")];
const zones: Readonly<Record<string, ReturnType<typeof type>[]>> = {
  "us-central1-a": [...common, type("a2-highgpu-1g", 12, 85, "nvidia-tesla-a100"), type("a3-highgpu-8g", 208, 1872, "nvidia-h100-80gb", 8)],
  "us-central1-b": common,
  "europe-west4-b": common,
};

const refuse = (status: number, reason: string, message: string): DoubleAnswer => ({
  status,
  body: { error: { code: status, message, errors: [{ domain: "global", reason, message }] } },
});
const states: Readonly<Record<string, string>> = {
  booting: "STAGING",
  running: "RUNNING",
  stopping: "STOPPING",
  stopped: "TERMINATED",
  terminating: "STOPPING",
};

/** Compute Engine, as far as its backend asks. */
export async function serveGce({ clock, times = quickTimes }: DoubleSettings): Promise<GceDouble> {
  const key = "ya29.secret-token-0123456789";
  const project = "remuda-test";
  const fleet = createFleet<GceData>(clock, times);
  const failing = new Map<string, string>();
  const unreachable = new Set<string>();
  const operations = new Map<string, { doneAt: number; error: string | undefined }>();
  const byRequest = new Map<string, string>();
  const root = `/compute/v1/projects/${project}`;
  const self = (path: string) => `https://www.googleapis.com/compute/v1/projects/${project}/${path}`;

  const begin = (error?: string): string => {
    const name = `operation-${operations.size + 1}`;
    operations.set(name, { doneAt: clock.now() + 3_000, error });
    return name;
  };
  const operationView = (name: string, zone: string) => {
    const { doneAt, error } = operations.get(name) ?? { doneAt: 0, error: undefined };
    const done = clock.now() >= doneAt;
    const failed = done && error ? { error: { errors: [{ code: error, message: `The zone '${zone}' said ${error}.` }] } } : {};
    return { kind: "compute#operation", name, zone: self(`zones/${zone}`), status: done ? "DONE" : "RUNNING", ...failed };
  };
  const nameOf = (unit: ReturnType<typeof fleet.all>[number]) => text(unit.data.order.name);
  const view = (unit: ReturnType<typeof fleet.all>[number]) => {
    const { zone, order } = unit.data;
    const machine = zones[zone]?.find(({ name }) => text(order.machineType).endsWith(`/${name}`));
    const built = machine?.accelerators?.map(({ guestAcceleratorType, guestAcceleratorCount }) => ({
      acceleratorType: self(`zones/${zone}/acceleratorTypes/${guestAcceleratorType}`),
      acceleratorCount: guestAcceleratorCount,
    }));
    return {
      id: unit.id.replace(/\D/g, ""),
      name: nameOf(unit),
      zone: self(`zones/${zone}`),
      status: states[unit.phase] ?? unit.phase,
      machineType: self(text(order.machineType)),
      creationTimestamp: new Date(unit.createdAt).toISOString(),
      labels: order.labels,
      scheduling: order.scheduling,
      guestAccelerators: built ?? order.guestAccelerators ?? [],
      disks: [{ boot: true, diskSizeGb: text(json(json((order.disks as unknown[])[0]).initializeParams).diskSizeGb) }], // The order was checked.
      networkInterfaces: [{ networkIP: "10.128.0.2", accessConfigs: unit.phase === "running" ? [{ natIP: unit.address }] : [] }],
    };
  };
  const withUnit = ([zone, name]: readonly (string | undefined)[], work: (unit: ReturnType<typeof fleet.all>[number]) => DoubleAnswer) => {
    const unit = fleet.all().find((each) => each.data.zone === zone && nameOf(each) === name);
    return unit ? work(unit) : refuse(404, "notFound", `The resource 'projects/${project}/zones/${zone}/instances/${name}' was not found`);
  };
  const instance = `${root}/zones/([^/]+)/instances/([^/]+)`;

  const double = await serveDouble({
    clock,
    notFound: refuse(404, "notFound", "not found"),
    guard: ({ headers }) => (headers.authorization === `Bearer ${key}` ? undefined : refuse(401, "authError", "Invalid Credentials")),
    routes: {
      [`GET ${root}`]: () => ok({ id: "1234567890", name: project }),
      [`GET ${root}/aggregated/machineTypes`]: ({ query }) => {
        const { items, next } = page(Object.entries(zones), query.get("pageToken"), 2);
        return ok({
          items: Object.fromEntries(items.map(([zone, machineTypes]) => [`zones/${zone}`, { machineTypes }])),
          nextPageToken: next || undefined,
        });
      },
      [`GET ${root}/aggregated/instances`]: ({ query }) => {
        const { items, next } = page(fleet.all(), query.get("pageToken"), 25);
        const byZone: Record<string, { instances: unknown[] }> = {};
        for (const unit of items) {
          if (unreachable.has(unit.data.zone)) continue;
          byZone[`zones/${unit.data.zone}`] ??= { instances: [] };
          byZone[`zones/${unit.data.zone}`]?.instances.push(view(unit));
        }
        return ok({ items: byZone, nextPageToken: next || undefined, unreachables: [...unreachable] });
      },
      [`GET ${root}/zones/([^/]+)/operations/([^/]+)`]: ({ params: [zone = "", name = ""] }) => ok(operationView(name, zone)),
      [`GET ${instance}`]: ({ params }) => withUnit(params, (unit) => ok(view(unit))),
      [`POST ${root}/zones/([^/]+)/instances`]: ({ params: [zone = ""], body, query }) => {
        const order = json(body);
        const requestId = query.get("requestId") ?? "";
        const known = byRequest.get(requestId);
        if (known !== undefined) return ok(operationView(known, zone));
        const name = text(order.name);
        if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
          return refuse(400, "invalid", `Invalid value for field 'resource.name': '${name}'.`);
        if (Object.keys(json(order.labels)).some((label) => !/^[a-z][-_a-z0-9]*$/.test(label)))
          return refuse(400, "invalid", "Invalid label key");
        const machine = zones[zone]?.find((each) => text(order.machineType).endsWith(`/${each.name}`));
        if (!machine) return refuse(400, "invalid", "Invalid value for field 'resource.machineType'");
        if (machine.accelerators && order.guestAccelerators)
          return refuse(400, "invalid", `${machine.name} has GPUs: guestAccelerators must be empty`);
        if (json(order.scheduling).onHostMaintenance !== "TERMINATE")
          return refuse(400, "invalid", "Instances with guest accelerators do not support live migration.");
        const [disk] = Array.isArray(order.disks) ? order.disks : [];
        if (text(json(json(disk).initializeParams).sourceImage).includes("no-such-image"))
          return refuse(404, "notFound", "The image was not found");
        if (fleet.all().some((each) => each.data.zone === zone && nameOf(each) === name))
          return refuse(409, "alreadyExists", `${name} already exists`);
        const error = failing.get(zone);
        const operation = begin(error);
        if (requestId) byRequest.set(requestId, operation);
        if (!error) fleet.add({ zone, order, requestId });
        return ok(operationView(operation, zone));
      },
      [`POST ${instance}/(start|stop|reset)`]: ({ params: [zone, name, action] }) =>
        withUnit([zone, name], (unit) => {
          if (action === "stop") fleet.stop(unit.id);
          else fleet.start(unit.id);
          return ok(operationView(begin(), zone ?? ""));
        }),
      [`DELETE ${instance}`]: ({ params: [zone, name] }) =>
        withUnit([zone, name], (unit) => {
          fleet.terminate(unit.id);
          return ok(operationView(begin(), zone ?? ""));
        }),
    },
  });
  return { ...double, key, project, fleet, failing, unreachable };
}
