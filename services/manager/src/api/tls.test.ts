import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { createMemoryStore } from "@remuda/store";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../testing/certificates";
import { fastClock, waitFor } from "../testing/world";
import { startApi } from "./server";

const log = pino({ level: "silent" });
let authority: ReturnType<typeof createAuthority>;
beforeAll(() => {
  authority = createAuthority();
});
afterAll(() => authority.remove());

test("TLS serves both HTTP versions, wants a client's certificate where told to, and takes a changed certificate", async () => {
  const folder = mkdtempSync(join(tmpdir(), "remuda-api-tls-"));
  const install = ({ certFile, keyFile }: { certFile: string; keyFile: string }) => {
    copyFileSync(certFile, join(folder, "tls.crt"));
    copyFileSync(keyFile, join(folder, "tls.key"));
  };
  install(authority.sign("first"));
  const store = createMemoryStore();
  const tls = { certFile: join(folder, "tls.crt"), keyFile: join(folder, "tls.key"), clientCaFile: authority.caFile };
  const api = await startApi({ store, log, host: "127.0.0.1", port: 0, tls, clock: fastClock(500) });
  const client = authority.sign("client");
  const ca = readFileSync(authority.caFile);
  const nodeOptions = { ca, cert: readFileSync(client.certFile), key: readFileSync(client.keyFile) };
  const baseUrl = `https://${api.address}`;
  const info = (transport: ReturnType<typeof createGrpcTransport>) => createClient(ManagerService, transport).getInfo({});

  await info(createGrpcTransport({ baseUrl, nodeOptions }));
  await info(createConnectTransport({ baseUrl, httpVersion: "1.1", nodeOptions }));
  await expect(info(createConnectTransport({ baseUrl, httpVersion: "1.1", nodeOptions: { ca } }))).rejects.toThrow();

  const port = Number(api.address.split(":")[1]);
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, ...nodeOptions }, () => {
        const { CN } = socket.getPeerCertificate().subject;
        socket.destroy();
        resolve(String(CN));
      });
      socket.on("error", reject);
    });
  expect(await shown()).toBe("first");
  install(authority.sign("second"));
  await waitFor(
    async () => (await shown()) === "second" || undefined,
    () => "the first certificate is still shown",
  );
  await api.close();
  await store.close();
  rmSync(folder, { recursive: true });
});
