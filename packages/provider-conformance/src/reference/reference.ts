import type { Server } from "@grpc/grpc-js";
import { type GetCapabilitiesResponse, Image, Offer } from "@remuda/contract";
import { everything } from "./capabilities";
import { refuseOthers } from "./expected-platform";
import type { Handlers } from "./handler-types";
import { createHandlers } from "./handlers";
import { createPlatform, imageBytes, type Platform } from "./platform";
import { type ServerFaults, serve } from "./server";

/** One deliberate fault: what it replaces of the correct provider. */
export interface Fault {
  capabilities?: Partial<GetCapabilitiesResponse>;
  latencyMs?: number;
  heartbeatMs?: number;
  handlers?(correct: Handlers, platform: Platform): Partial<Handlers>;
  /** What a restart does to what the platform remembers. */
  onRestart?(platform: Platform): void;
  wire?: ServerFaults;
}

export interface Reference {
  address: string;
  platform: Platform;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A small, correct provider in memory, with at most one fault. */
export async function startReference(base = everything, { latencyMs = 5, heartbeatMs = 20, ...fault }: Fault = {}): Promise<Reference> {
  const capabilities = { ...base, ...fault.capabilities };
  const platform = createPlatform(latencyMs);
  for (const name of ["debian-13", "alpine-3"]) {
    const id = platform.nextId("image");
    platform.images.set(id, Image.create({ id, name, capacityBytes: imageBytes, format: "raw", ready: true }));
  }
  platform.offers.push(
    ...[5, 1, 4, 2, 3].map((n) =>
      Offer.create({ id: `offer-${n}`, backend: "reference", region: `region-${n}`, cpus: n, memoryMib: n * 1024, pricePerHour: n / 10 }),
    ),
  );
  const correct = refuseOthers(createHandlers(platform, { capabilities, heartbeatMs }), platform);
  const handlers = { ...correct, ...fault.handlers?.(correct, platform) };
  let running = await serve(handlers, capabilities.services, fault.wire ?? {}, 0);
  return {
    address: `127.0.0.1:${running.port}`,
    platform,
    async restart() {
      running.server.forceShutdown();
      fault.onRestart?.(platform);
      running = await serve(handlers, capabilities.services, fault.wire ?? {}, running.port);
    },
    stop: () => shutDown(running.server),
  };
}

const shutDown = (server: Server) => {
  server.forceShutdown();
  return Promise.resolve();
};
