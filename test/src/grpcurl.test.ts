import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, surroundings } from "./installation";
import { repository } from "./program";

const exec = promisify(execFile);
const hasGrpcurl = await exec("grpcurl", ["-version"]).then(
  () => true,
  () => false,
);
if (!hasGrpcurl) {
  if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("grpcurl")) throw new Error("grpcurl is required here and isn't on the PATH");
  console.warn("grpcurl isn't on the PATH: its tests are skipped");
}

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
  await installation.apply(...surroundings(installation.providerAddress));
});
afterAll(() => installation?.stop());

const servers = [
  { name: "manager", service: "remuda.manager.v1.ManagerService", address: () => installation.managerAddress },
  { name: "provider-sim", service: "remuda.provider.v1.ProviderService", address: () => installation.providerAddress },
];

describe.runIf(hasGrpcurl).each(servers)("grpcurl and $name", ({ service, address }) => {
  const grpcurl = async (...args: string[]) => (await exec("grpcurl", ["-plaintext", ...args])).stdout;

  test("lists its services", async () => {
    const services = (await grpcurl(address(), "list")).trim().split("\n");
    expect(services).toContain(service);
    expect(services).toContain("grpc.health.v1.Health");
  });

  test("describes the service with its comments", async () => {
    expect(await grpcurl(address(), "describe", service)).toMatch(/\/\/ .+\n\s*rpc /);
  });

  test("is healthy", async () => {
    expect(JSON.parse(await grpcurl(address(), "grpc.health.v1.Health/Check"))).toEqual({ status: "SERVING" });
  });
});

describe.runIf(hasGrpcurl)("calls with grpcurl", () => {
  test("the manager answers a resource", async () => {
    const { stdout } = await exec("grpcurl", [
      "-plaintext",
      "-d",
      '{"kind":"VMClass","name":"small"}',
      installation.managerAddress,
      "remuda.manager.v1.ManagerService/Get",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ resource: { kind: "VMClass", spec: { cpus: 1, memoryMiB: 512 } } });
  });

  test("the manager lists machines that nobody owns, and orphans", async () => {
    const call = async (method: string, request: string) =>
      (await exec("grpcurl", ["-plaintext", "-d", request, installation.managerAddress, `remuda.manager.v1.ManagerService/${method}`]))
        .stdout;
    expect(JSON.parse(await call("ListOrphans", "{}"))).not.toHaveProperty("orphans");
    expect(JSON.parse(await call("ListUnmanaged", '{"provider":"sim","name_pattern":"none-*"}'))).toEqual({});
  });

  test("the provider refuses a machine without a name, and says which field", async () => {
    const request = JSON.stringify({ uid: "4b9dd3f2-1f0e-4c1c-9a5e-0d7c3ce1b001", owner: "test", spec: { image: "debian-12" } });
    const failure = await exec("grpcurl", [
      "-plaintext",
      "-d",
      request,
      installation.providerAddress,
      "remuda.provider.v1.ProviderService/Create",
    ]).catch((error) => error);
    expect(failure.stderr).toContain("InvalidArgument");
    expect(failure.stderr).toContain("INVALID_SPEC");
    expect(failure.stderr).toContain("spec.name");
  });
});

describe("calls with buf curl", () => {
  const bufCurl = async (...args: string[]) =>
    (await exec(join(repository, "node_modules/.bin/buf"), ["curl", "--http2-prior-knowledge", ...args])).stdout;

  test("lists and calls the manager by gRPC", async () => {
    const base = `http://${installation.managerAddress}`;
    expect(await bufCurl("--protocol", "grpc", "--list-methods", base)).toContain("remuda.manager.v1.ManagerService/Apply");
    const info = JSON.parse(await bufCurl("--protocol", "grpc", "-d", "{}", `${base}/remuda.manager.v1.ManagerService/GetInfo`));
    expect(info.owner).toMatch(/^[a-z0-9-]{1,63}$/);
  });

  test("lists and calls the provider over its UNIX socket", async () => {
    const socket = installation.providerAddress.slice("unix:".length);
    const base = "http://sim";
    expect(await bufCurl("--protocol", "grpc", "--unix-socket", socket, "--list-methods", base)).toContain(
      "remuda.provider.v1.ProviderService/Create",
    );
    const answer = JSON.parse(
      await bufCurl(
        "--protocol",
        "grpc",
        "--unix-socket",
        socket,
        "-d",
        "{}",
        `${base}/remuda.provider.v1.ProviderService/GetCapabilities`,
      ),
    );
    expect(answer.platform).toBe("sim");
  });
});

test("the manager answers plain curl, with JSON", async () => {
  const { stdout } = await exec("curl", [
    "-sS",
    "-H",
    "content-type: application/json",
    "-d",
    '{"kind":"VMClass"}',
    `http://${installation.managerAddress}/remuda.manager.v1.ManagerService/List`,
  ]);
  expect(JSON.parse(stdout).resources).toMatchObject([{ kind: "VMClass", metadata: { name: "small" } }]);
});
