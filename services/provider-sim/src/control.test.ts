import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MachineState, PowerState } from "@remuda/contract";
import { afterEach, describe, expect, it } from "vitest";
import { flags, readConfig } from "./config";
import { type ControlServer, serveControl } from "./control";
import { never, simulate } from "./testing/simulate";

const servers: ControlServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function control() {
  const simulation = simulate();
  const server = await serveControl(simulation.simulator, { host: "127.0.0.1", port: 0 });
  servers.push(server);
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://${server.address}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as { id?: string; message?: string } };
  };
  return { ...simulation, call };
}

describe("the control endpoint", () => {
  it("calls a path that is none the caller's fault", async () => {
    const { call } = await control();
    expect((await call("POST", "/machines/%ZZ/stop")).status).toBe(400);
    expect((await call("GET", "//")).status).toBe(400);
    expect((await call("GET", "//[")).status).toBe(400);
  });

  it("stops, starts, changes and removes machines behind the contract's back", async () => {
    const { simulator, make, call } = await control();
    const { key } = await make("m");
    expect((await call("POST", `/machines/${key.id}/stop`)).status).toBe(200);
    expect((await simulator.describe(key, never)).powerState).toBe(PowerState.OFF);
    await call("POST", `/machines/${key.id}/start`);
    await call("POST", `/machines/${key.id}/change`, { cpus: 7, labels: { odd: "yes" } });
    expect(await simulator.describe(key, never)).toMatchObject({
      powerState: PowerState.ON,
      hardware: { cpus: 7 },
      labels: { odd: "yes" },
    });
    await call("POST", `/machines/${key.id}/vanish`);
    await expect(simulator.describe(key, never)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    expect(await call("POST", `/machines/${key.id}/stop`)).toMatchObject({ status: 404, body: { reason: "NOT_FOUND" } });
    const events = (await call("GET", "/events")).body as unknown as { event: string }[]; // This one answers a list.
    expect(events.map(({ event }) => event)).toEqual([
      "created",
      "stopped by itself",
      "started by itself",
      "changed by itself",
      "vanished",
    ]);
  });

  it("makes foreign machines, sets faults and forgets tasks", async () => {
    const { simulator, call } = await control();
    const { body } = await call("POST", "/machines", { name: "legacy", cpus: 2 });
    expect(simulator.state().machines).toMatchObject([{ id: body.id, uid: "", name: "legacy", state: MachineState.READY }]);
    const put = await call("PUT", "/faults", { errors: [{ rpc: "validate", reason: "UNAVAILABLE", rate: 1 }] });
    expect(put).toMatchObject({ status: 200, body: { errors: [{ rpc: "validate" }], lostReplies: [] } });
    expect((await call("GET", "/faults")).body).toEqual(put.body);
    await expect(simulator.validate(never)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    expect((await call("POST", "/tasks/forget")).body).toEqual({ forgotten: 0 });
    expect((await call("GET", "/state")).body).toMatchObject({ hosts: [{}, {}, {}, {}], machines: [{ name: "legacy" }] });
  });

  it("names the wrong field, what it knows, and serves no browser", async () => {
    const { call } = await control();
    expect(await call("PUT", "/faults", { errors: [{ rpc: "craete", reason: "UNAVAILABLE", rate: 1 }] })).toMatchObject({
      status: 400,
      body: { violations: [{ field: "errors.0.rpc" }] },
    });
    expect((await call("GET", "/nothing")).body.message).toContain("POST /machines/{id}/vanish");
    expect((await call("POST", "/tasks/forget", undefined, { origin: "https://evil.example" })).status).toBe(400);
  });
});

describe("flags", () => {
  const defaults = Object.fromEntries(Object.entries(flags).flatMap(([name, flag]) => ("default" in flag ? [[name, flag.default]] : [])));
  const read = (values: Record<string, string>) => readConfig({ ...defaults, ...values });

  it("become hosts, networks, images and latencies", () => {
    const {
      settings,
      seed,
      control: endpoint,
    } = read({
      hosts: "2",
      "host-gpus": "A100:4,L4:2",
      images: "mine:7",
      "latency-ms": "create=10,power=5",
      seed: "9",
      "control-listen": "[::1]:0",
    });
    expect(settings.hosts.map(({ name, gpus }) => [name, gpus.map((gpu) => `${gpu.name}×${gpu.count}`)])).toEqual([
      ["host-1", []],
      ["host-2", ["A100×4", "L4×2"]],
    ]);
    expect(settings.networks.map(({ name }) => name)).toEqual(["default", "lab"]);
    expect(settings.images).toMatchObject([{ name: "mine", sizeGib: 7 }]);
    expect(settings.latencyMs).toMatchObject({ create: 10, power: 5, delete: 500 });
    expect(read({ "latency-ms": "0" }).settings.latencyMs).toMatchObject({ create: 0, prepareImage: 0 });
    expect({ seed, endpoint }).toEqual({ seed: 9, endpoint: { host: "::1", port: 0 } });
  });

  it("that are wrong are named in the error", () => {
    const folder = mkdtempSync(join(tmpdir(), "provider-sim-flags-"));
    const faults = join(folder, "faults.json");
    writeFileSync(faults, JSON.stringify({ errors: [{ rpc: "create", reason: "TIRED", rate: 2 }] }));
    for (const [values, message] of [
      [{ hosts: "many" }, /--hosts: "many"/],
      [{ "control-listen": "0.0.0.0:7711" }, /--control-listen/],
      [{ networks: "default" }, /--networks: "default"/],
      [{ networks: "default=10.0.0.0/33" }, /networks\.0\.cidr/],
      [{ "latency-ms": "craete=1" }, /--latency-ms.*craete/],
      [{ faults }, /--faults: errors\.0\.reason.*errors\.0\.rate/],
    ] as const) {
      expect(() => read(values)).toThrow(message);
    }
    rmSync(folder, { recursive: true, force: true });
  });
});

it("keeps its state in files that only their owner can read", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "provider-sim-mode-"));
  simulate({ stateDir });
  for (const name of ["state.db", "state.db-wal"]) expect(statSync(join(stateDir, name)).mode & 0o777).toBe(0o600);
  rmSync(stateDir, { recursive: true });
});
