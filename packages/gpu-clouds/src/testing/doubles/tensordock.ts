import { json, ok, text } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import { createPace } from "../pace";
import type { DoubleSettings } from "../settings";

interface TensorDockData {
  name: string;
  resources: Record<string, unknown>;
  forwards: unknown;
  runcmd: unknown;
  broken: boolean;
}

export interface TensorDockDouble extends Double {
  key: string;
  fleet: Fleet<TensorDockData>;
  /** "LOCATION/GPU" that is sold out though it is listed. */
  soldOut: Set<string>;
  /** Answers come without the wrapping that is documented. */
  unwrapped: { on: boolean };
}

const gpu = (v0Name: string, displayName: string, max_count: number, price_per_hr: number) => ({
  v0Name,
  displayName,
  max_count,
  price_per_hr,
  resources: { max_vcpus: 64, max_ram_gb: 256, max_storage_gb: 2000 },
  pricing: { per_vcpu_hr: 0.003, per_gb_ram_hr: 0.002, per_gb_storage_hr: 0.00005 },
  network_features: { dedicated_ip_available: true, port_forwarding_available: true },
});

const locations = [
  {
    id: "1f9c1e5a-0000-4000-8000-000000000001",
    city: "Chubbuck",
    stateprovince: "Idaho",
    country: "United States",
    tier: 3,
    gpus: [
      gpu("geforcertx4090-pcie-24gb", "NVIDIA GeForce RTX 4090 PCIe 24GB", 2, 0.35),
      gpu("h100-sxm5-80gb", "NVIDIA H100 SXM5 80GB", 8, 2.25),
    ],
  },
  {
    id: "1f9c1e5a-0000-4000-8000-000000000002",
    city: "Joplin",
    stateprovince: "Missouri",
    country: "United States",
    tier: 2,
    gpus: [gpu("geforcertx4090-pcie-24gb", "NVIDIA GeForce RTX 4090 PCIe 24GB", 1, 0.37)],
  },
];

/** Refusals come as HTTP 200, with the status inside. */
const refuse = (status: number, error: string): DoubleAnswer => ({ status: 200, body: { status, error } });
const mixedCase: Readonly<Record<string, string>> = {
  booting: "Creating",
  running: "Running",
  stopping: "stopping",
  stopped: "StoppedDisassociated",
  terminating: "Deleting",
  broken: "ERROR",
};

/** TensorDock v2, as far as its backend asks. */
export async function serveTensorDock({ clock, times = quickTimes, strict = false }: DoubleSettings): Promise<TensorDockDouble> {
  const key = "secret-tensordock-0123456789";
  const fleet = createFleet<TensorDockData>(clock, times);
  const soldOut = new Set<string>();
  const unwrapped = { on: false };
  const pace = createPace([{ calls: 100, perMs: 60_000 }], clock);
  // It says "running" before there is an address.
  const hasAddress = (createdAt: number) => clock.date() - createdAt > times.bootMs * 1.5;

  const view = ({ id, phase, address, createdAt, data }: ReturnType<typeof fleet.all>[number]) => ({
    id,
    type: "virtualmachine",
    name: data.name,
    status: mixedCase[phase] ?? phase,
    ipAddress: phase === "running" && hasAddress(createdAt) ? address : null,
    portForwards: data.forwards,
    rateHourly: 0.4415,
    resources: data.resources,
  });
  const wrap = (body: unknown) => ok(unwrapped.on ? body : { data: body });
  const withUnit = (id: string | undefined, work: (unit: ReturnType<typeof fleet.all>[number]) => DoubleAnswer): DoubleAnswer => {
    const unit = fleet.get(id ?? "");
    return unit ? work(unit) : { status: 404, body: { status: 404, error: "Instance not found" } };
  };

  const double = await serveDouble({
    clock,
    notFound: { status: 404, body: { status: 404, error: "Not found" } },
    guard({ headers }) {
      if (headers.authorization !== `Bearer ${key}`) return { status: 401, body: { status: 401, error: "Unauthorized" } };
      return strict && pace.tooFast("") ? { status: 429, body: { status: 429, error: "Too many requests" } } : undefined;
    },
    routes: {
      "GET /locations": () => ok({ data: { locations } }),
      "GET /instances": () => ok({ data: unwrapped.on ? { instances: fleet.all().map(view) } : fleet.all().map(view) }),
      "GET /instances/([^/]+)": ({ params: [id] }) => withUnit(id, (unit) => wrap(view(unit))),
      "POST /instances": ({ body }) => {
        const order = json(json(json(body).data).attributes);
        const resources = json(order.resources);
        const [[name, wanted] = ["", {}]] = Object.entries(json(resources.gpus));
        const location = locations.find(({ id }) => id === order.location_id);
        const stock = location?.gpus.find(({ v0Name }) => v0Name === name);
        if (!(Number(resources.storage_gb) >= 100)) {
          const field = {
            code: "too_small",
            message: "Number must be greater than or equal to 100",
            path: ["data", "attributes", "resources", "storage_gb"],
          };
          return ok([field]);
        }
        if (!text(order.ssh_key)) return ok([{ code: "invalid_type", message: "Required", path: ["data", "attributes", "ssh_key"] }]);
        if (text(order.image) !== "ubuntu2404" && text(order.image) !== "ubuntu2204") {
          return ok([{ code: "invalid_enum_value", message: "Invalid image", path: ["data", "attributes", "image"] }]);
        }
        const forwards = Array.isArray(order.port_forwards) ? order.port_forwards : [];
        if (!order.useDedicatedIp && !forwards.some((each) => json(each).internal_port === 22)) {
          return refuse(400, "Ubuntu without a dedicated IP must forward port 22");
        }
        const count = Number(json(wanted).count);
        if (!location || !stock || stock.max_count < count || soldOut.has(`${location.id}/${name}`))
          return refuse(400, "No available nodes found");
        const unit = fleet.add({ name: text(order.name), resources, forwards, runcmd: json(order.cloud_init).runcmd, broken: false });
        return wrap({ id: unit.id, name: unit.data.name, status: "queued" });
      },
      "POST /instances/([^/]+)/(start|stop)": ({ params: [id, action] }) =>
        withUnit(id, (unit) => {
          if (action === "start") fleet.start(unit.id);
          else fleet.stop(unit.id);
          return ok({ success: true });
        }),
      "DELETE /instances/([^/]+)": ({ params: [id] }) =>
        withUnit(id, (unit) => {
          fleet.terminate(unit.id);
          return ok();
        }),
    },
  });
  return { ...double, key, fleet, soldOut, unwrapped };
}
