import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient } from "@remuda/contract";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { ProviderOptions } from "./start-provider";
import { createTestProvider, type Served, serve } from "./test-provider";

const openssl = (...args: string[]) => promisify(execFile)("openssl", args);
let made: string;
let folder: string;
let served: Served | undefined;

const at = (name: string) => join(made, name);

/** A key and a certificate for 127.0.0.1, signed by an authority. */
async function certify(name: string, authority: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", at(`${name}.key`)];
  const signed = ["-CA", at(`${authority}.pem`), "-CAkey", at(`${authority}.key`), "-addext", "subjectAltName=IP:127.0.0.1"];
  await openssl("req", "-x509", ...key, "-subj", `/CN=${name}`, "-days", "2", ...signed, "-out", at(`${name}.pem`));
}

async function authorize(name: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", at(`${name}.key`)];
  await openssl("req", "-x509", ...key, "-subj", `/CN=${name}`, "-days", "2", "-out", at(`${name}.pem`));
}

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), "remuda-tls-"));
  await Promise.all([authorize("ca"), authorize("other-ca")]);
  await Promise.all([certify("first", "ca"), certify("second", "ca"), certify("client", "ca"), certify("stranger", "other-ca")]);
  folder = join(made, "served");
});
afterAll(() => rm(made, { recursive: true }));
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serving(withClients = false, options: Partial<ProviderOptions> = {}) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await install("first");
  const tls = { certFile: join(folder, "tls.crt"), keyFile: join(folder, "tls.key"), clientCaFile: withClients ? at("ca.pem") : undefined };
  served = await serve(createTestProvider().provider, { tls, ...options });
  return served.running.address;
}

async function put(from: string, name: string): Promise<void> {
  await copyFile(from, join(folder, `${name}.new`));
  await rename(join(folder, `${name}.new`), join(folder, name));
}

async function install(name: string): Promise<void> {
  await put(at(`${name}.key`), "tls.key");
  await put(at(`${name}.pem`), "tls.crt");
}

/** The name in the certificate that a new connection is shown. */
const shownBy = (address: string, secrets: { key?: Buffer; cert?: Buffer } = {}) =>
  new Promise<string>((resolve, reject) => {
    const [host, port] = address.split(":");
    const socket = connect(
      { host, port: Number(port), servername: "", rejectUnauthorized: false, ALPNProtocols: ["h2"], ...secrets },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.once("error", reject);
  });

async function validate(address: string, withCertificate?: string): Promise<string> {
  const [ca, key, cert] = await Promise.all([
    readFile(at("ca.pem")),
    withCertificate === undefined ? null : readFile(at(`${withCertificate}.key`)),
    withCertificate === undefined ? null : readFile(at(`${withCertificate}.pem`)),
  ]);
  const client = createProviderClient({ address, credentials: credentials.createSsl(ca, key, cert) });
  try {
    return (await client.validate({}, { deadlineMs: 5_000 })).platform;
  } finally {
    client.close();
  }
}

test("calls pass over TLS; plaintext does not", async () => {
  const address = await serving();
  expect(await validate(address)).toBe("test");
  const plain = createProviderClient({ address, credentials: credentials.createInsecure() });
  await expect(plain.validate({}, { deadlineMs: 2_000 })).rejects.toMatchObject({ name: "ProviderError" });
  plain.close();
});

test("new connections get a new certificate without a restart, and open ones go on", async () => {
  const address = await serving();
  const ca = await readFile(at("ca.pem"));
  const client = createProviderClient({ address, credentials: credentials.createSsl(ca) });
  await client.validate({});
  expect(await shownBy(address)).toBe("first");
  await install("second");
  await vi.waitFor(async () => expect(await shownBy(address)).toBe("second"), { timeout: 10_000 });
  await client.validate({});
  client.close();
  expect(await validate(address)).toBe("test");
});

test("files that don't fit together, or are no certificate, change nothing and are told in the log", async () => {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const address = await serving(false, { log });
  await put(at("second.pem"), "tls.crt");
  await vi.waitFor(() => expect(lines.join("")).toContain("the old ones stay"), { timeout: 10_000 });
  expect(await shownBy(address)).toBe("first");
  await writeFile(join(folder, "tls.key"), "no key");
  expect(await validate(address)).toBe("test");
  await install("second");
  await vi.waitFor(async () => expect(await shownBy(address)).toBe("second"), { timeout: 10_000 });
});

test("with an authority for clients only those with its certificate pass, also after a reload", async () => {
  const address = await serving(true);
  expect(await validate(address, "client")).toBe("test");
  await expect(validate(address)).rejects.toMatchObject({ name: "ProviderError" });
  await expect(validate(address, "stranger")).rejects.toMatchObject({ name: "ProviderError" });
  await install("second");
  const secrets = { key: await readFile(at("client.key")), cert: await readFile(at("client.pem")) };
  await vi.waitFor(async () => expect(await shownBy(address, secrets)).toBe("second"), { timeout: 10_000 });
  expect(await validate(address, "client")).toBe("test");
  await expect(validate(address)).rejects.toMatchObject({ name: "ProviderError" });
});

test("files that can't be used at the start are told by name", async () => {
  const tls = { certFile: at("first.pem"), keyFile: at("second.key") };
  await expect(serve(createTestProvider().provider, { tls })).rejects.toMatchObject({
    name: "StartError",
    message: expect.stringMatching(/^TLS: .*second.key is not the key of .*first.pem$/),
  });
  const missing = serve(createTestProvider().provider, { tls: { certFile: at("none.pem"), keyFile: at("first.key") } });
  await expect(missing).rejects.toMatchObject({ name: "StartError", message: expect.stringContaining("none.pem") });
});
