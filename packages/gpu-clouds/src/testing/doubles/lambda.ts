import { json, ok, text, texts } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import { createPace } from "../pace";
import type { DoubleSettings } from "../settings";

interface LambdaData {
  name: string;
  region: string;
  type: string;
  tags: unknown;
}

export interface LambdaDouble extends Double {
  key: string;
  fleet: Fleet<LambdaData>;
  /** How many of a type a region has left; undefined: enough. */
  stock: Map<string, number>;
  /** Status that an instance shows instead of its own. */
  shown: Map<string, string>;
}

const types = [
  {
    name: "gpu_1x_a10",
    description: "1x A10 (24 GB PCIe)",
    cents: 75,
    vcpus: 30,
    memory: 200,
    storage: 1400,
    gpus: 1,
    regions: ["us-east-1", "us-west-1"],
  },
  {
    name: "gpu_1x_h100_pcie",
    description: "1x H100 (80 GB PCIe)",
    cents: 249,
    vcpus: 26,
    memory: 200,
    storage: 1024,
    gpus: 1,
    regions: ["us-west-1"],
  },
  {
    name: "gpu_8x_h100_sxm5",
    description: "8x H100 (80 GB SXM5)",
    cents: 2392,
    vcpus: 208,
    memory: 1800,
    storage: 22_528,
    gpus: 8,
    regions: ["us-east-1"],
  },
  { name: "gpu_1x_gh200", description: "1x GH200 (96 GB)", cents: 149, vcpus: 64, memory: 432, storage: 4096, gpus: 1, regions: [] },
];

const typeView = (type: (typeof types)[number]) => ({
  name: type.name,
  description: type.description,
  gpu_description: type.description.slice(3),
  price_cents_per_hour: type.cents,
  specs: { vcpus: type.vcpus, memory_gib: type.memory, storage_gib: type.storage, gpus: type.gpus },
});

const refuse = (status: number, code: string, message: string): DoubleAnswer => ({
  status,
  body: { error: { code, message, suggestion: "" }, field_errors: {} },
});

const phases: Readonly<Record<string, string>> = { booting: "booting", running: "active", terminating: "terminating", broken: "unhealthy" };

/** Lambda Cloud, as far as its backend asks. */
export async function serveLambda({ clock, times = quickTimes, strict = false }: DoubleSettings): Promise<LambdaDouble> {
  const key = "secret_lambda_0123456789";
  const fleet = createFleet<LambdaData>(clock, times);
  const stock = new Map<string, number>();
  const shown = new Map<string, string>();
  const keys = [{ id: "key-1", name: "first", public_key: "ssh-ed25519 AAAAfirst first@example" }];
  const pace = createPace(
    [
      { calls: 1, perMs: 1_000 },
      { endpoint: "POST /instance-operations/launch", calls: 1, perMs: 12_000 },
    ],
    clock,
  );
  const left = (type: string, region: string) => stock.get(`${type}/${region}`) ?? Number.POSITIVE_INFINITY;

  const view = (unit: ReturnType<typeof fleet.all>[number]) => {
    const type = types.find(({ name }) => name === unit.data.type);
    return {
      id: unit.id,
      name: unit.data.name,
      ip: unit.phase === "running" ? unit.address : null,
      status: shown.get(unit.id) ?? phases[unit.phase] ?? unit.phase,
      region: { name: unit.data.region, description: "" },
      instance_type: type && typeView(type),
      tags: unit.data.tags,
      ssh_key_names: ["first"],
    };
  };
  const unitsOf = (body: unknown) => texts(json(body).instance_ids).map((id) => fleet.get(id));

  const double = await serveDouble({
    clock,
    notFound: refuse(404, "global/object-does-not-exist", "Not found"),
    guard({ headers, method, path }) {
      if (headers.authorization !== `Bearer ${key}`)
        return refuse(401, "global/invalid-api-key", "API key was invalid, expired, or deleted");
      if (strict && pace.tooFast(`${method} ${path}`)) return refuse(429, "global/rate-limited", "Too many requests");
      return undefined;
    },
    routes: {
      "GET /instance-types": () =>
        ok({
          data: Object.fromEntries(
            types.map((type) => [
              type.name,
              {
                instance_type: typeView(type),
                regions_with_capacity_available: type.regions.filter((name) => left(type.name, name) > 0).map((name) => ({ name })),
              },
            ]),
          ),
        }),
      "GET /ssh-keys": () => ok({ data: keys }),
      "POST /ssh-keys": ({ body }) => {
        const added = { id: `key-${keys.length + 1}`, name: text(json(body).name), public_key: text(json(body).public_key) };
        keys.push(added);
        return ok({ data: added });
      },
      "GET /instances": () => ok({ data: fleet.all().map(view) }),
      "GET /instances/([^/]+)": ({ params: [id = ""] }) => {
        const unit = fleet.get(id);
        return unit ? ok({ data: view(unit) }) : refuse(404, "global/object-does-not-exist", "Specified instance does not exist");
      },
      "POST /instance-operations/launch": ({ body }) => {
        const order = json(body);
        const type = types.find(({ name }) => name === order.instance_type_name);
        const region = text(order.region_name);
        if (!type || texts(order.ssh_key_names).length !== 1 || !keys.some(({ name }) => name === texts(order.ssh_key_names)[0])) {
          return refuse(400, "global/invalid-parameters", "Exactly one known SSH key and a known instance type are required");
        }
        const family = text(json(order.image).family);
        if (family !== "" && family !== "lambda-stack-22-04")
          return refuse(400, "global/object-does-not-exist", `No image family ${family}`);
        if (!type.regions.includes(region) || left(type.name, region) <= 0) {
          return refuse(400, "instance-operations/launch/insufficient-capacity", "Not enough capacity to fulfill launch request.");
        }
        stock.set(`${type.name}/${region}`, left(type.name, region) - 1);
        const unit = fleet.add({ name: text(order.name), region, type: type.name, tags: order.tags });
        return ok({ data: { instance_ids: [unit.id] } });
      },
      "POST /instance-operations/terminate": ({ body }) => {
        const units = unitsOf(body);
        if (units.includes(undefined)) return refuse(404, "global/object-does-not-exist", "Specified instance does not exist");
        for (const unit of units) if (unit) fleet.terminate(unit.id);
        return ok({ data: { terminated_instances: units.map((unit) => unit && view(unit)) } });
      },
      "POST /instance-operations/restart": ({ body }) => {
        const units = unitsOf(body);
        if (units.includes(undefined)) return refuse(404, "global/object-does-not-exist", "Specified instance does not exist");
        for (const unit of units) if (unit) fleet.start(unit.id);
        return ok({ data: { restarted_instances: units.map((unit) => unit && view(unit)) } });
      },
    },
  });
  return { ...double, key, fleet, stock, shown };
}
