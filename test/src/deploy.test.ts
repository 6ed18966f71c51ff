import { execFile, execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandLines, compose, deploy, documents, knownFlags, kubernetes, ofKind, type Service } from "./deployments";
import { eventually, freePort, type Program, repository, startProgram, temporaryFolder } from "./program";

const exec = promisify(execFile);
const folder = temporaryFolder();
afterAll(folder.remove);
const at = (...names: string[]) => join(folder.path, ...names);
const installed = (tool: string) => spawnSync(tool, ["--version"]).error === undefined;

test.each(commandLines())("$where gives $service only flags that it knows, and TLS off loopback", ({ service, flags }) => {
  expect(knownFlags(service)).toEqual(new Set([...knownFlags(service), ...flags.keys()]));
  expect([...flags.keys()]).toEqual(expect.arrayContaining(["listen", "tls-cert", "tls-key"]));
  if (service === "manager") expect(flags.has("token-file")).toBe(true);
  else expect(flags.has("tls-client-ca")).toBe(true);
});

test("the Dockerfile's variables are flags of a service", () => {
  const variables = [...readFileSync(deploy("Dockerfile"), "utf8").matchAll(/\bREMUDA_([A-Z_]+)=/g)].map(([, name]) => name ?? "");
  expect(variables).toContain("HTTP_LISTEN");
  const known = new Set([...knownFlags("manager"), ...knownFlags("provider-sim")]);
  expect(variables.filter((name) => !known.has(name.toLowerCase().replaceAll("_", "-")))).toEqual([]);
});

test("what an image holds runs alone, outside of the repository", async () => {
  for (const service of ["manager", "provider-sim"] satisfies Service[]) {
    await exec(process.execPath, [deploy("collect.mjs"), service, at("image", service)]);
    const program = at("image", service, "opt/remuda/main.cjs");
    const { stdout } = await exec(at("image", service, "usr/local/bin/node"), [program, "--help"], { cwd: folder.path });
    expect(stdout).toContain(`${service}: `);
    // Loads the native module.
    await exec(process.execPath, ["-e", `new (require(${JSON.stringify(join(program, "../node_modules/libsql"))}))(":memory:").close()`]);
  }
});

test("compose refers only to networks, volumes and folders that there are, and services can write only to volumes", () => {
  const { services, networks, volumes } = compose();
  for (const { build, networks: used, volumes: mounts, ports, read_only, cap_drop } of Object.values(services)) {
    for (const network of used) expect(networks).toHaveProperty(network);
    for (const { source, target, mode } of mounts) {
      if (source.startsWith("./")) expect([mode, target]).toEqual(["ro", expect.stringMatching(/^\/etc\//)]);
      else expect(volumes).toHaveProperty(source);
    }
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    if (!build) continue;
    expect(statSync(join(repository, "deploy", build.context, build.dockerfile)).isFile()).toBe(true);
    expect([read_only, cap_drop]).toEqual([true, ["ALL"]]);
  }
});

describe("the Kubernetes manifests", () => {
  const objects = kubernetes();
  const sets = ofKind(objects, "StatefulSet");

  test.each(sets)("$metadata.name: ports, volumes, labels and security fit together", ({ metadata, spec }) => {
    const { containers, volumes, securityContext } = spec.template.spec;
    const [container] = containers;
    expect(metadata.namespace).toBe(ofKind(objects, "Namespace")[0]?.metadata.name);
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);

    const listens = container.args.flatMap((arg) => /^--(?:http-)?listen=.*:(\d+)$/.exec(arg)?.[1] ?? []);
    expect(container.ports.map(({ containerPort }) => `${containerPort}`)).toEqual(listens);
    const names = container.ports.map(({ name }) => name);
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
      expect(names).toContain(probe.httpGet.port);

    const service = ofKind(objects, "Service").find((candidate) => candidate.metadata.name === spec.serviceName);
    expect(spec.template.metadata.labels).toMatchObject(service?.spec.selector ?? { missing: "" });
    for (const port of service?.spec.ports ?? []) expect(names).toContain(port.targetPort);
    const policy = ofKind(objects, "NetworkPolicy").find((candidate) => candidate.metadata.name === metadata.name);
    expect(policy?.spec.podSelector.matchLabels).toEqual(spec.selector.matchLabels);
    for (const rule of policy?.spec.ingress ?? []) for (const { port } of rule.ports) expect(names).toContain(port);

    const provided = [...volumes, ...spec.volumeClaimTemplates.map((claim) => claim.metadata)].map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(provided.sort());
    for (const arg of container.args) {
      const [, path] = /^--[a-z-]+=(\/.*)$/.exec(arg) ?? [];
      if (path)
        expect(container.volumeMounts.some(({ mountPath }) => `${path}/`.startsWith(mountPath) || mountPath.startsWith(path))).toBe(true);
    }
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});

describe("manager and simulator with the flags of compose.yaml and the certificates of certs.sh", () => {
  const http: Partial<Record<Service, string>> = {};
  const programs: Program[] = [];
  let api: string;
  afterAll(() => Promise.all(programs.map((program) => program.kill("SIGKILL"))));

  const remuda = async (...args: string[]) => {
    const flags = ["--server", `https://${api}`, "--tls-ca", at("secrets/ca/ca.crt"), "--token-file", at("secrets/manager/token")];
    return await exec(process.execPath, [join(repository, "packages/cli/dist/remuda.cjs"), ...flags, ...args]);
  };

  beforeAll(async () => {
    await exec(deploy("certs.sh"), [at("secrets")]);
    const addresses: Partial<Record<Service, string>> = {};
    for (const { where, service, flags } of commandLines()) {
      if (where !== "compose.yaml") continue;
      const listen = `127.0.0.1:${await freePort()}`;
      const httpListen = `127.0.0.1:${await freePort()}`;
      const args = [...flags].map(([name, value]) =>
        name === "listen" ? `--listen=${listen}` : `--${name}=${value.replace("/etc/remuda", at("secrets", service))}`,
      );
      mkdirSync(at(service));
      const state = { REMUDA_DATA_DIR: at(service), REMUDA_STATE_DIR: at(service), REMUDA_HTTP_LISTEN: httpListen };
      const program = startProgram(service, args, state);
      programs.push(program);
      await program.printed("listening");
      addresses[service] = listen;
      http[service] = httpListen;
    }
    api = addresses.manager ?? "";
    const declared = readFileSync(deploy("provider-sim.yaml"), "utf8").replace("provider-sim:7710", addresses["provider-sim"] ?? "");
    const file = at("provider.json");
    writeFileSync(file, declared);
    await remuda("apply", "-f", file);
  });

  test("the manager reaches the provider with its certificate", async () => {
    await remuda("wait", "provider", "sim", "--for=phase=Connected", "--timeout", "20s");
  });

  test("without the token the API answers nobody", async () => {
    const cli = join(repository, "packages/cli/dist/remuda.cjs");
    const run = exec(process.execPath, [cli, "--server", `https://${api}`, "--tls-ca", at("secrets/ca/ca.crt"), "get", "provider"]);
    await expect(run).rejects.toMatchObject({ stderr: expect.stringMatching(/UNAUTHENTICATED|token/i) });
  });

  test.each(["manager", "provider-sim"] satisfies Service[])(
    "the probes' paths and the image's health check pass for %s",
    async (service) => {
      const address = http[service] ?? "";
      const paths = ofKind(kubernetes(), "StatefulSet")
        .map(({ spec }) => spec.template.spec.containers[0])
        .filter(({ name }) => name === service)
        .flatMap(({ startupProbe, livenessProbe, readinessProbe }) => [startupProbe, livenessProbe, readinessProbe])
        .map(({ httpGet }) => httpGet.path);
      expect(paths).toHaveLength(3);
      for (const path of paths) await eventually(path, async () => (await fetch(`http://${address}${path}`)).status === 200, 10_000);
      const health = (listen: string) =>
        spawnSync(process.execPath, [deploy("health.cjs")], { env: { ...process.env, REMUDA_HTTP_LISTEN: listen } }).status;
      expect(health(address)).toBe(0);
      expect(health(`127.0.0.1:${await freePort()}`)).toBe(1);
    },
  );

  test("certs.sh run again renews certificates and keeps the authority and the token", async () => {
    const kept = () => ["ca/ca.crt", "manager/token"].map((name) => readFileSync(at("secrets", name), "utf8"));
    const [before, certificate] = [kept(), readFileSync(at("secrets/manager/tls.crt"), "utf8")];
    await exec(deploy("certs.sh"), [at("secrets")]);
    expect(kept()).toEqual(before);
    expect(readFileSync(at("secrets/manager/tls.crt"), "utf8")).not.toBe(certificate);
    expect(statSync(at("secrets")).mode & 0o777).toBe(0o700);
    expect(statSync(at("secrets/ca/ca.key")).mode & 0o777).toBe(0o600);
  });
});

test.skipIf(!installed("systemd-analyze"))("systemd takes the units (skipped without systemd-analyze)", () => {
  for (const name of ["remuda-manager.service", "remuda-provider@.service"]) copyFileSync(deploy(`systemd/${name}`), at(name));
  const units = [at("remuda-manager.service"), at("remuda-provider@sim.service")];
  const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], { encoding: "utf8" });
  // That Node lies elsewhere on this machine says nothing about the units.
  expect(stderr.split("\n").filter((line) => line.includes("remuda") && !line.includes("is not executable"))).toEqual([]);
});

test.skipIf(!installed("promtool"))("promtool takes the rules, and they fire when they should (skipped without promtool)", () => {
  for (const args of [
    ["check", "config", "prometheus.yml"],
    ["test", "rules", "rules.test.yaml"],
  ])
    expect(execFileSync("promtool", args, { cwd: deploy("prometheus"), encoding: "utf8" })).toContain("SUCCESS");
});

test("every file of deploy/ in YAML is well-formed", () => {
  for (const file of ["prometheus/rules.yaml", "prometheus/rules.test.yaml", "prometheus/prometheus.yml", "provider-sim.yaml"])
    expect(documents(file)).toHaveLength(1);
});
