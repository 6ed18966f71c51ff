import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "./index";
import { createCa, type TestCa } from "./testing/certificates";
import { forwardPort } from "./testing/forward";
import { startDaemon, type TestDaemon } from "./testing/index";
import { daemonHere } from "./testing/peers";

describe.runIf(daemonHere)("over TLS", () => {
  let folder: string;
  let ca: TestCa;
  let daemon: TestDaemon;
  let forward: Awaited<ReturnType<typeof forwardPort>>;
  let client: Awaited<ReturnType<TestCa["issue"]>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lv-ca-"));
    ca = await createCa(folder);
    const server = await ca.issue("server", "IP:127.0.0.1,DNS:libvirt.test");
    client = await ca.issue("client");
    daemon = await startDaemon({
      bare: true,
      args: ["--listen"],
      configuration: [
        "listen_tls = 1",
        "listen_tcp = 0",
        'listen_addr = "127.0.0.1"',
        `ca_file = "${ca.ca}"`,
        `cert_file = "${server.cert}"`,
        `key_file = "${server.key}"`,
        'crl_file = ""',
        'auth_tls = "none"',
        'tls_allowed_dn_list = ["CN=client"]',
      ],
    });
    forward = await forwardPort(daemon, 16514);
  });
  afterAll(async () => {
    await forward?.close();
    await daemon?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const uri = (pkipath: string, host = "127.0.0.1") => `qemu+tls://${host}:${forward.port}/system?pkipath=${pkipath}`;

  test("a client certificate of the daemon's CA is let in, from files or from memory", async () => {
    const byFiles = await connect(uri(client.pkipath));
    const { hostname } = await byFiles.call("connectGetHostname", {});
    await byFiles.close();
    const tls = { ca: await readFile(ca.ca), cert: await readFile(client.cert), key: await readFile(client.key) };
    const byMemory = await connect(`qemu://127.0.0.1:${forward.port}/system`, { tls });
    expect((await byMemory.call("connectGetHostname", {})).hostname).toBe(hostname);
    await byMemory.close();
  });

  test("a server of another CA, or for another host, is not spoken to", async () => {
    const other = await (await createCa(join(folder, "other"))).issue("client");
    await expect(connect(uri(other.pkipath))).rejects.toMatchObject({ reason: "UNTRUSTED" });
    await expect(connect(uri(client.pkipath, "localhost"))).rejects.toMatchObject({
      reason: "UNTRUSTED",
      message: expect.stringMatching(/another host/),
    });
  });

  test("a certificate that the daemon doesn't want is refused before any call", async () => {
    const stranger = await ca.issue("stranger");
    await expect(connect(uri(stranger.pkipath))).rejects.toMatchObject({ reason: "UNAUTHENTICATED" });
  });

  test("a folder without certificates is named", async () => {
    await expect(connect(uri("/nonexistent"))).rejects.toMatchObject({
      reason: "INVALID",
      message: expect.stringMatching(/nonexistent\/cacert.pem/),
    });
  });
});
