import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config";

const folder = mkdtempSync(join(tmpdir(), "provider-gpu-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe("credentials", () => {
  it.each([
    ["vast", { REMUDA_VAST_KEY: "k" }],
    ["tensordock", { REMUDA_TENSORDOCK_TOKEN: "t", REMUDA_TENSORDOCK_SSH_KEY: "ssh-ed25519 AAAA" }],
    ["lambda", { REMUDA_LAMBDA_KEY: "k" }],
    ["gce", { REMUDA_GCE_PROJECT: "p", REMUDA_GCE_ACCESS_TOKEN: "t" }],
    ["aws", { REMUDA_AWS_REGION: "us-east-1", REMUDA_AWS_HANDLERS: "run,fleet-instant" }],
    ["vultr", { REMUDA_VULTR_KEY: "k" }],
    ["scaleway", { REMUDA_SCALEWAY_SECRET_KEY: "s", REMUDA_SCALEWAY_PROJECT_ID: "p", REMUDA_SCALEWAY_ZONES: "fr-par-2" }],
    ["digitalocean", { REMUDA_DIGITALOCEAN_TOKEN: "t" }],
  ])("of %s come from variables", (backend, environment) => {
    expect(readConfig({ backend }, environment).cloud.name).toBe(backend);
  });

  it("come from a file, which goes before variables; a service account's file of Google is taken as it is", () => {
    const google = { type: "service_account", project_id: "p", client_email: "a@b", private_key: "-----BEGIN", client_id: "1" };
    expect(readConfig({ backend: "gce", credentials: file("google.json", JSON.stringify(google)) }, {}).cloud.name).toBe("gce");
    const broken = { backend: "vast", credentials: file("vast.json", '{"key":5}') };
    expect(() => readConfig(broken, { REMUDA_VAST_KEY: "k" })).toThrow(/credentials of vast: key/);
  });

  it("that are missing are named with their variable", () => {
    expect(() => readConfig({ backend: "scaleway" }, { REMUDA_SCALEWAY_SECRET_KEY: "s" })).toThrow(
      /projectId \(REMUDA_SCALEWAY_PROJECT_ID\)/,
    );
    expect(() => readConfig({ backend: "gce" }, {})).toThrow(/project \(REMUDA_GCE_PROJECT\)/);
    expect(() => readConfig({ backend: "aws" }, { REMUDA_AWS_REGION: "r", REMUDA_AWS_ACCESS_KEY_ID: "a" })).toThrow(/secretAccessKey/);
  });

  it("are never repeated by an error, not even by one about the file that holds them", () => {
    for (const content of ['{"key": "s3cret-value"', '"s3cret-value"', '{"key": ["s3cret-value"]}']) {
      const values = { backend: "vast", credentials: file("secret.json", content) };
      expect(() => readConfig(values, {})).toThrow(expect.objectContaining({ message: expect.not.stringContaining("s3cret") }));
    }
    expect(() => readConfig({ backend: "aws" }, { REMUDA_AWS_REGION: "r", REMUDA_AWS_HANDLERS: "s3cret" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
    );
  });

  it("a backend that there is not, a file that is not there and an account that is none are told", () => {
    expect(() => readConfig({ backend: "mars" }, {})).toThrow(/"mars" is none of aws/);
    expect(() => readConfig({ backend: "vast", credentials: join(folder, "none.json") }, {})).toThrow(/ENOENT/);
    expect(() => readConfig({ backend: "vast", account: "with space" }, { REMUDA_VAST_KEY: "k" })).toThrow(/--account/);
  });
});
