import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Cloud } from "./cloud";
import { createDigitalOcean } from "./digitalocean/digitalocean";
import { createScaleway } from "./scaleway/scaleway";
import { fastClock } from "./testing/clock";
import type { Double } from "./testing/double";
import { serveDigitalOcean } from "./testing/doubles/digitalocean";
import { serveScaleway } from "./testing/doubles/scaleway";
import { serveVultr } from "./testing/doubles/vultr";
import { launchOf } from "./testing/expectations";
import { hasPrism, startPrism } from "./testing/prism";
import { createVultr } from "./vultr/vultr";

// The vendors' own descriptions are no part of this repository; they may lie beside it.
const specs = process.env.REMUDA_VENDOR_SPECS ?? join(import.meta.dirname, "../../../../shared/specs");
const prism = hasPrism();
if (!prism && process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("prism"))
  throw new Error("prism is required here and isn't on the PATH");
if (!prism) console.warn("prism isn't on the PATH: validation by the vendors' descriptions is skipped");
else if (!existsSync(specs)) console.warn("no vendors' descriptions beside this repository: validation by them is skipped");

const clock = fastClock(200);
const signal = AbortSignal.timeout(300_000);

interface Vendor {
  name: string;
  spec: string;
  offerId: string;
  serve(): Promise<{ double: Double; open(url: string): Cloud }>;
}
const vendors: Vendor[] = [
  {
    name: "Vultr",
    spec: "vultr.json",
    offerId: "ams.vcg-a16-6c-64g-16vram",
    async serve() {
      const double = await serveVultr({ clock });
      return { double, open: (baseUrl) => createVultr({ key: double.key, baseUrl, clock }) };
    },
  },
  {
    name: "DigitalOcean",
    spec: "digitalocean.json",
    offerId: "tor1.gpu-4000adax1-20gb",
    async serve() {
      const double = await serveDigitalOcean({ clock });
      return { double, open: (url) => createDigitalOcean({ token: double.key, baseUrl: `${url}/v2`, clock }) };
    },
  },
  {
    name: "Scaleway",
    spec: "scaleway.json",
    offerId: "fr-par-2.L4-1-24G",
    async serve() {
      const double = await serveScaleway({ clock });
      const { key: secretKey, projectId } = double;
      return { double, open: (baseUrl) => createScaleway({ secretKey, projectId, zones: ["fr-par-2"], baseUrl, clock }) };
    },
  },
];

describe.runIf(prism && existsSync(specs)).each(vendors)(
  "$name by its vendor's description",
  { timeout: 300_000 },
  ({ spec, offerId, serve }) => {
    it("what is asked and what the double answers is as the vendor describes it, over an instance's whole life", async () => {
      const { double, open } = await serve();
      const { url, stop } = await startPrism(join(specs, spec), double.url);
      const cloud = open(url);
      try {
        await cloud.account(signal);
        const offer = (await cloud.offers(signal)).find(({ id }) => id === offerId);
        const launch = launchOf(offer, { userData: "#cloud-config\n", sshKeys: ["ssh-ed25519 AAAA a@b"] });
        const id = await cloud.launch(launch, signal);
        await cloud.finish?.(id, launch, signal);
        const until = (status: string) =>
          expect.poll(async () => (await cloud.get(id, signal))?.status ?? "gone", { timeout: 60_000, interval: 50 }).toBe(status);
        await until("running");
        expect((await cloud.list(signal)).map(({ mark }) => mark)).toEqual([launch.mark]);
        await cloud.stop(id, signal);
        await until("stopped");
        await cloud.start(id, signal);
        await until("running");
        await cloud.reboot(id, signal);
        await until("running");
        await cloud.terminate(id, signal);
        await until("gone");
      } finally {
        cloud.close?.();
        await stop();
        await double.close();
      }
    });
  },
);
