import { json, ok, text, texts } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import { createPace } from "../pace";
import type { DoubleSettings } from "../settings";

interface DropletData {
  size: (typeof sizes)[number];
  name: string;
  region: string;
  tags: string[];
  order: Record<string, unknown>;
}

export interface DigitalOceanDouble extends Double {
  key: string;
  fleet: Fleet<DropletData>;
  /** "REGION/SIZE" that is refused at once. */
  soldOut: Set<string>;
  /** The next creates are accepted, and their action ends as errored. */
  errored: { next: number };
  /** Most droplets on a page, whatever was asked. */
  pageSize: { most: number };
}

const size = (slug: string, gpus: number, model: string, vram: number, vcpus: number, gib: number, price: number, regions: string[]) => ({
  slug,
  memory: gib * 1024,
  vcpus,
  disk: 720,
  transfer: 15,
  price_monthly: price * 744,
  price_hourly: price,
  regions,
  available: true,
  description: "GPU",
  ...(gpus > 0 ? { gpu_info: { count: gpus, model, vram: { amount: vram, unit: "gib" } } } : {}),
});

const sizes = [
  size("s-1vcpu-1gb", 0, "", 0, 1, 1, 0.00893, ["tor1", "nyc2"]),
  size("gpu-4000adax1-20gb", 1, "nvidia_rtx4000_ada", 20, 8, 32, 0.76, ["tor1"]),
  size("gpu-h100x1-80gb", 1, "nvidia_h100", 80, 20, 240, 3.39, ["tor1", "nyc2"]),
  size("gpu-h100x8-640gb", 8, "nvidia_h100", 640, 160, 1920, 23.92, ["nyc2"]),
  size("gpu-mi300x1-192gb", 1, "amd_mi300x", 192, 20, 240, 1.99, ["nyc2"]),
];

const images = ["gpu-h100x1-base", "gpu-h100x8-base", "gpu-amd-base", "ubuntu-24-04-x64"];

const refuse = (status: number, id: string, message: string): DoubleAnswer => ({ status, body: { id, message, request_id: "r-1" } });

/** DigitalOcean, as far as its backend asks. */
export async function serveDigitalOcean({ clock, times = quickTimes, strict = false }: DoubleSettings): Promise<DigitalOceanDouble> {
  const key = "dop_v1_0123456789abcdef0123456789abcdef";
  let nextId = 300_000_000;
  const fleet = createFleet<DropletData>(clock, times, () => String(++nextId));
  const soldOut = new Set<string>();
  const errored = { next: 0 };
  const pageSize = { most: 200 };
  const pace = createPace([{ calls: 250, perMs: 60_000 }], clock);

  const view = ({ id, phase, address, createdAt, data }: ReturnType<typeof fleet.all>[number]) => ({
    id: Number(id),
    name: data.name,
    memory: data.size.memory,
    vcpus: data.size.vcpus,
    disk: data.size.disk,
    locked: phase === "booting",
    status: phase === "running" || phase === "stopping" ? "active" : phase === "stopped" ? "off" : "new",
    created_at: new Date(createdAt).toISOString(),
    size_slug: data.size.slug,
    region: { slug: data.region, name: data.region, available: true, features: [], sizes: [] },
    size: data.size,
    image: { id: 1, slug: "gpu-h100x1-base", name: "AI/ML Ready", type: "base", distribution: "Ubuntu", public: true, status: "available" },
    features: [],
    backup_ids: [],
    snapshot_ids: [],
    volume_ids: [],
    next_backup_window: null,
    networks: {
      v4:
        phase === "booting" || phase === "broken"
          ? []
          : [
              { ip_address: address, type: "public" },
              { ip_address: "10.0.0.2", type: "private" },
            ],
      v6: [],
    },
    tags: data.tags,
  });
  const visible = () => fleet.all().filter(({ phase }) => phase !== "terminating");
  const withUnit = (id: string | undefined, work: (unit: ReturnType<typeof fleet.all>[number]) => DoubleAnswer): DoubleAnswer => {
    const unit = visible().find((each) => each.id === id);
    return unit ? work(unit) : refuse(404, "not_found", "The resource you were accessing could not be found.");
  };
  const paged = <T>(name: string, path: string, items: readonly T[], query: URLSearchParams) => {
    const count = Math.min(Number(query.get("per_page") ?? 20), pageSize.most);
    const number = Number(query.get("page") ?? 1);
    const more = number * count < items.length;
    const next = `https://api.digitalocean.com/v2${path}?page=${number + 1}&per_page=${count}`;
    return ok({
      [name]: items.slice((number - 1) * count, number * count),
      links: { pages: more ? { next } : {} },
      meta: { total: items.length },
    });
  };

  const double = await serveDouble({
    clock,
    // The version may stand in the address that is called, as in the vendor's own.
    nameOf: ({ path }) => path.replace(/^\/v2(?=\/)/, ""),
    notFound: refuse(404, "not_found", "The resource you were accessing could not be found."),
    guard({ headers }) {
      if (headers.authorization !== `Bearer ${key}`) return refuse(401, "unauthorized", "Unable to authenticate you");
      if (!strict || !pace.tooFast("")) return undefined;
      return { ...refuse(429, "too_many_requests", "API Rate limit exceeded."), headers: { "retry-after": "1" } };
    },
    routes: {
      "GET /sizes": ({ query }) => paged("sizes", "/sizes", sizes, query),
      "GET /account": () =>
        ok({
          account: {
            uuid: "b6fr89dbf6d9156cace5f3c78dc9851d957381ef",
            email: "someone@example.com",
            status: "active",
            status_message: "",
            droplet_limit: 25,
            floating_ip_limit: 5,
            email_verified: true,
          },
        }),
      "GET /droplets": ({ query }) => paged("droplets", "/droplets", visible().map(view), query),
      "GET /droplets/([^/]+)": ({ params: [id] }) => withUnit(id, (unit) => ok({ droplet: view(unit) })),
      "GET /droplets/([^/]+)/actions": ({ params: [id] }) =>
        withUnit(id, ({ phase }) => {
          const status = phase === "broken" ? "errored" : phase === "booting" ? "in-progress" : "completed";
          return ok({ actions: [{ id: Number(id) + 1, status, type: "create", resource_id: Number(id) }], links: {}, meta: { total: 1 } });
        }),
      "POST /droplets": ({ body }) => {
        const order = json(body);
        const found = sizes.find(({ slug }) => slug === order.size);
        const region = text(order.region);
        if (!found) return refuse(422, "unprocessable_entity", "You specified an invalid size for Droplet creation.");
        if (!images.includes(text(order.image)))
          return refuse(422, "unprocessable_entity", "You specified an invalid image for Droplet creation.");
        if (!found.regions.includes(region))
          return refuse(422, "unprocessable_entity", "The specified region is not available for this size");
        if (soldOut.has(`${region}/${found.slug}`)) return refuse(422, "unprocessable_entity", "This size is unavailable in this region.");
        const unit = fleet.add({ size: found, name: text(order.name), region, tags: texts(order.tags), order });
        if (errored.next > 0) {
          errored.next -= 1;
          fleet.breakDown(unit.id);
        }
        const action = { id: Number(unit.id) + 1, rel: "create", href: `https://api.digitalocean.com/v2/actions/${Number(unit.id) + 1}` };
        return ok({ droplet: { ...view(unit), status: "new" }, links: { actions: [action] } }, 202);
      },
      "POST /droplets/([^/]+)/actions": ({ params: [id], body }) =>
        withUnit(id, (unit) => {
          const type = text(json(body).type);
          if (type === "power_off" || type === "shutdown") fleet.stop(unit.id);
          else fleet.start(unit.id);
          return ok({ action: { id: 1, status: "in-progress", type } }, 201);
        }),
      "DELETE /droplets/([^/]+)": ({ params: [id] }) =>
        withUnit(id, (unit) => {
          fleet.terminate(unit.id);
          return ok(undefined, 204);
        }),
    },
  });
  return { ...double, key, fleet, soldOut, errored, pageSize };
}
