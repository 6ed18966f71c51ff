import { randomUUID } from "node:crypto";
import { CreateRequest } from "@remuda/contract";

/** A machine of whatever has a GPU, from the backend's default image. */
export const anyGpuMachine = (name: string, spec: Parameters<typeof CreateRequest.create>[0] = {}): CreateRequest =>
  CreateRequest.create({
    uid: randomUUID(),
    owner: "owner-1",
    spec: { name, hardware: { cpus: 1, memoryMib: 1024 }, source: { $case: "image", value: "default" }, ...spec.spec },
  });
