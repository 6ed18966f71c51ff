import { json, ok, page, text } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import { createPace } from "../pace";
import type { DoubleSettings } from "../settings";

interface VastData {
  ask: (typeof asks)[number];
  label: string;
  intended: "running" | "stopped";
  bid: boolean;
  image: string;
  disk: number;
  keys: string[];
  /** States that it shows instead of its own. */
  shown?: Record<string, unknown>;
}

export interface VastDouble extends Double {
  key: string;
  fleet: Fleet<VastData>;
  /** Asks that are gone though searches still show them. */
  stale: Set<number>;
  /** The next create says that it failed, and makes an instance all the same. */
  lies: { next: boolean };
}

const ask = (id: number, gpu_name: string, num_gpus: number, gpu_ram: number, dph_total: number, geolocation: string) => ({
  id,
  machine_id: id * 10,
  host_id: id * 100,
  gpu_name,
  num_gpus,
  gpu_ram,
  gpu_total_ram: gpu_ram * num_gpus,
  gpu_frac: 1,
  cpu_cores_effective: 16 * num_gpus,
  cpu_ram: 65_536 * num_gpus,
  disk_space: 400,
  dph_base: dph_total * 0.9,
  dph_total,
  min_bid: dph_total / 2,
  storage_cost: 0.1,
  reliability2: 0.99,
  geolocation,
  cuda_max_good: 12.8,
  driver_version: "570.86",
  verified: true,
  rentable: true,
  rented: false,
  duration: 8_640_000,
});

const asks = [
  ask(7001, "RTX 4090", 1, 24_564, 0.35, "Texas, US"),
  ask(7002, "RTX 4090", 1, 24_564, 0.41, "Sweden, SE"),
  ask(7003, "H100 SXM", 8, 81_559, 16.4, "Iceland, IS"),
  ask(7004, "A100 SXM4", 2, 40_960, 1.9, "Norway, NO"),
];

const refuse = (status: number, error: string, msg: string): DoubleAnswer => ({ status, body: { success: false, error, msg } });
const states: Readonly<Record<string, string>> = {
  booting: "loading",
  running: "running",
  stopping: "running",
  stopped: "stopped",
  broken: "exited",
};

/** Vast.ai, as far as its backend asks. */
export async function serveVast({ clock, times = quickTimes, strict = false }: DoubleSettings): Promise<VastDouble> {
  const key = "secret-vast-0123456789abcdef";
  let nextId = 20_000_000;
  const fleet = createFleet<VastData>(clock, times, () => String(++nextId));
  const stale = new Set<number>();
  const lies = { next: false };
  const pace = createPace(
    [
      { endpoint: "create", calls: 1, perMs: 4_500 },
      { endpoint: "delete", calls: 1, perMs: 3_000 },
      { endpoint: "change", calls: 1, perMs: 1_000 },
    ],
    clock,
  );
  const endpointOf = (method: string, path: string) =>
    path.startsWith("/api/v0/asks/")
      ? "create"
      : method === "DELETE"
        ? "delete"
        : method === "PUT" || path.endsWith("/ssh/")
          ? "change"
          : "";
  const thresholds: Readonly<Record<string, string>> = { create: "4.5", delete: "3.0", change: "1.0" };

  const view = ({ id, phase, address, createdAt, data }: ReturnType<typeof fleet.all>[number]) => ({
    id: Number(id),
    machine_id: data.ask.machine_id,
    label: data.label,
    actual_status: phase === "booting" && clock.date() - createdAt < times.bootMs / 4 ? null : (states[phase] ?? phase),
    intended_status: data.intended,
    cur_state: data.intended,
    next_state: data.intended,
    status_msg: phase === "broken" ? `Error response from daemon: manifest for ${data.image} not found: manifest unknown` : "ok",
    public_ipaddr: phase === "booting" ? null : `${address}\n`,
    ssh_host: "ssh5.vast.ai",
    ssh_port: 12_345,
    ports: phase === "running" ? { "22/tcp": [{ HostIp: "0.0.0.0", HostPort: "41022" }] } : {},
    gpu_name: data.ask.gpu_name,
    num_gpus: data.ask.num_gpus,
    gpu_ram: data.ask.gpu_ram,
    cpu_cores_effective: data.ask.cpu_cores_effective,
    cpu_ram: data.ask.cpu_ram,
    disk_space: data.disk,
    dph_total: data.ask.dph_total,
    geolocation: data.ask.geolocation,
    is_bid: data.bid,
    start_date: createdAt / 1000,
    ...data.shown,
  });
  const visible = () => fleet.all().filter(({ phase }) => phase !== "terminating");
  const present = (id = "") => visible().find((unit) => unit.id === id);
  const noInstance = refuse(404, "no_such_instance", "No such instance");

  const double = await serveDouble({
    clock,
    notFound: refuse(404, "not_found", "no such path; paths end in a slash"),
    guard({ headers, method, path }) {
      if (headers.authorization !== `Bearer ${key}`) return refuse(401, "auth_error", "Invalid user key");
      const endpoint = endpointOf(method, path);
      if (!strict || endpoint === "" || !pace.tooFast(endpoint)) return undefined;
      return { status: 429, body: `API requests too frequent: endpoint threshold=${thresholds[endpoint]}` };
    },
    routes: {
      "POST /api/v0/bundles/": ({ body }) => {
        const { rentable, rented, verified, external } = json(body);
        const asked =
          [rentable, verified].every((filter) => json(filter).eq === true) &&
          [rented, external].every((filter) => json(filter).eq === false);
        if (!asked) return refuse(400, "invalid_args", "the search must leave out what can't be rented");
        return ok({ offers: asks });
      },
      "PUT /api/v0/asks/(\\d+)/": ({ params: [id], body }) => {
        const order = json(body);
        const found = asks.find((each) => each.id === Number(id));
        if (!found || stale.has(found.id))
          return refuse(410, "gone", `error 404/3603: no_such_ask Instance type by id ${id} is not available.`);
        if ("price" in order && !(Number(order.price) >= found.min_bid)) return refuse(400, "invalid_price", "Bid is below the minimum");
        if (!text(order.image) && !text(order.template_hash_id))
          return refuse(400, "invalid_args", "image or template_hash_id is required");
        const unit = fleet.add({
          ask: found,
          label: text(order.label),
          intended: "running",
          bid: "price" in order,
          image: text(order.image),
          disk: Number(order.disk),
          keys: [],
        });
        if (text(order.image).startsWith("no-such-image")) fleet.breakDown(unit.id);
        const success = !lies.next;
        lies.next = false;
        return ok({ success, new_contract: Number(unit.id), ...(success ? {} : { msg: "the host did not answer" }) });
      },
      "GET /api/v1/instances/": ({ query }) => {
        const size = Number(query.get("limit") ?? 25);
        if (size > 25) return refuse(400, "invalid_args", "limit must be at most 25");
        const all = visible();
        const { items, next } = page(all, query.get("after_token"), size);
        return ok({ instances: items.map(view), next_token: next || null, total_instances: all.length });
      },
      "GET /api/v0/instances/(\\d+)/": ({ params: [id] }) => {
        const unit = present(id);
        return ok({ instances: unit ? view(unit) : null });
      },
      "PUT /api/v0/instances/(\\d+)/": ({ params: [id], body }) => {
        const unit = present(id);
        if (!unit) return noInstance;
        const wanted = text(json(body).state);
        if (wanted !== "running" && wanted !== "stopped") return refuse(400, "invalid_args", "state must be running or stopped");
        unit.data.intended = wanted;
        if (wanted === "running") fleet.start(unit.id);
        else fleet.stop(unit.id);
        return ok({ success: true });
      },
      "PUT /api/v0/instances/reboot/(\\d+)/": ({ params: [id] }) => {
        const unit = present(id);
        if (!unit) return noInstance;
        fleet.start(unit.id);
        return ok({ success: true });
      },
      "POST /api/v0/instances/(\\d+)/ssh/": ({ params: [id], body }) => {
        const unit = present(id);
        if (!unit) return noInstance;
        const added = text(json(body).ssh_key);
        if (unit.data.keys.includes(added)) return refuse(400, "invalid_args", "SSH key already associated with instance");
        unit.data.keys.push(added);
        return ok({ success: true });
      },
      "DELETE /api/v0/instances/(\\d+)/": ({ params: [id] }) => {
        const unit = present(id);
        if (!unit) return noInstance;
        fleet.terminate(unit.id);
        return ok({ success: true });
      },
      "GET /api/v0/users/current/": () => ok({ id: 4711, credit: 25.5, email: "someone@example" }),
    },
  });
  return { ...double, key, fleet, stale, lies };
}
