import { setMaxListeners } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createVsphereClient, service, type VsphereClient, type VsphereOptions } from "./client";
import { faultOf } from "./error";
import { readObject, retrieveAll } from "./retrieve";
import { moRef } from "./schema";
import { hasVcsim, startVcsim, type Vcsim } from "./testing/vcsim";

const signal = AbortSignal.timeout(100_000);
setMaxListeners(0, signal);
const machines = { type: "VirtualMachine", paths: ["name"] } as const;

/** Passes everything on to a server, and counts the Logins. */
async function countLogins(target: string) {
  let logins = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (body.includes("<Login ")) logins++;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !["host", "connection", "content-length"].includes(name)),
    );
    const answer = await fetch(new URL(request.url ?? "/", target), {
      method: request.method,
      headers: headers as Record<string, string>,
      body: body.length > 0 ? body : undefined,
    });
    const cookies = answer.headers.getSetCookie();
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "",
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logins: () => logins,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.runIf(hasVcsim)("a session with vcsim", () => {
  let vcsim: Vcsim;
  let proxy: Awaited<ReturnType<typeof countLogins>>;
  const clients: VsphereClient[] = [];
  const open = (options: Partial<VsphereOptions> = {}) => {
    const client = createVsphereClient({ ...vcsim, ...options });
    clients.push(client);
    return client;
  };
  const terminate = async (client: VsphereClient) => {
    const manager = await service(client, "sessionManager", signal);
    const own = await readObject(client, "SessionManager", manager, ["currentSession"], signal);
    await open().call(manager, "TerminateSession", { sessionId: [own?.currentSession?.key ?? ""] }, signal);
  };

  beforeAll(async () => {
    vcsim = await startVcsim();
    proxy = await countLogins(vcsim.url);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close(signal);
  });
  afterAll(async () => {
    proxy?.close();
    await vcsim?.stop();
  });

  test("twenty first calls at once share one Login", async () => {
    const before = proxy.logins();
    const client = open({ url: proxy.url });
    const lists = await Promise.all(Array.from({ length: 20 }, () => retrieveAll(client, machines, signal)));
    expect(lists.map((list) => list.length)).toEqual(Array(20).fill(4));
    expect(proxy.logins() - before).toBe(1);
    expect(await client.protocol(signal)).toBe("soap");
  });

  test("a terminated session is renewed once, whoever finds out, by a fault or by an answer with 200", async () => {
    const client = open({ url: proxy.url });
    const root = await service(client, "rootFolder", signal);
    for (const work of [
      () => client.call(moRef("ServiceInstance", "ServiceInstance"), "CurrentTime", {}, signal),
      () => readObject(client, "Folder", root, ["name"], signal),
    ]) {
      await work();
      await terminate(client);
      const before = proxy.logins();
      const answers = await Promise.all(Array.from({ length: 10 }, (): Promise<unknown> => work()));
      expect(answers.every((answer) => answer !== undefined)).toBe(true);
      expect(proxy.logins() - before).toBe(1);
    }
  });

  test("a wrong password is InvalidLogin, and the next call tries again", async () => {
    const client = open({ password: "wrong" });
    for (let i = 0; i < 2; i++) {
      const error = await client.content(signal).catch((reason: unknown) => reason);
      expect(faultOf(error, "InvalidLogin")).toBeDefined();
    }
  });

  test("a caller that gives up doesn't break the others' Login", async () => {
    const client = open({ url: proxy.url });
    const giveUp = new AbortController();
    const lost = client.content(giveUp.signal);
    const kept = client.content(signal);
    giveUp.abort(new Error("enough"));
    await expect(lost).rejects.toThrow("enough");
    expect((await kept).about.apiType).toBe("VirtualCenter");
  });

  test("a silent session is kept alive, and an ended client stays ended", async () => {
    const timers: { fn: () => void; ms: number }[] = [];
    const clock = {
      setTimer(fn: () => void, ms: number) {
        const timer = { fn, ms };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
      },
    };
    const client = open({ clock, keepAliveMs: 1234 });
    const manager = await service(client, "sessionManager", signal);
    const callCount = async () =>
      (await readObject(client, "SessionManager", manager, ["currentSession"], signal))?.currentSession?.lastActiveTime ?? "";
    const before = await callCount();
    expect(timers.map(({ ms }) => ms)).toEqual([1234]);
    timers.splice(0)[0]?.fn();
    await expect.poll(() => timers.length).toBe(1);
    expect((await callCount()) > before).toBe(true);
    await client.close(signal);
    expect(timers).toEqual([]);
    await expect(client.content(signal)).rejects.toMatchObject({ problem: "UNREACHABLE" });
  });

  test("close logs out at the server", async () => {
    const other = open();
    const manager = await service(other, "sessionManager", signal);
    const sessions = async () => (await readObject(other, "SessionManager", manager, ["sessionList"], signal))?.sessionList?.length ?? 0;
    const before = await sessions();
    const client = open();
    await client.content(signal);
    expect(await sessions()).toBe(before + 1);
    await client.close(signal);
    expect(await sessions()).toBe(before);
  });

  test("a server that was killed and started again is used again", async () => {
    const own = await startVcsim();
    const client = createVsphereClient(own);
    expect((await retrieveAll(client, machines, signal)).length).toBe(4);
    await own.stop();
    await expect(retrieveAll(client, machines, signal)).rejects.toMatchObject({ problem: "UNREACHABLE" });
    const again = await startVcsim({ port: Number(new URL(own.url).port) });
    expect((await retrieveAll(client, machines, signal)).length).toBe(4);
    await client.close(signal);
    await again.stop();
  });
});

describe.runIf(hasVcsim)("trust", () => {
  test("a certificate that nobody vouches for is refused; pinned by its thumbprint it is trusted, and no other", async () => {
    const vcsim = await startVcsim({ tls: true });
    const unknown = createVsphereClient(vcsim);
    await expect(unknown.content(signal)).rejects.toMatchObject({ problem: "UNTRUSTED" });
    const wrong = createVsphereClient({ ...vcsim, trust: { kind: "thumbprint", thumbprint: "ab".repeat(32) } });
    const error = await wrong.content(signal).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: "UNTRUSTED" });
    const [, thumbprint = ""] = /thumbprint ([\dA-F]{64})/.exec(String(error)) ?? [];
    const right = createVsphereClient({ ...vcsim, trust: { kind: "thumbprint", thumbprint } });
    expect((await right.content(signal)).about.apiType).toBe("VirtualCenter");
    for (const client of [unknown, wrong, right]) await client.close(signal);
    await vcsim.stop();
  });
});

test("a password is not sent in plaintext over a network, and a URL must be one", () => {
  expect(() => createVsphereClient({ url: "http://vcenter.example.com", username: "u", password: "p" })).toThrow("use https");
  expect(() => createVsphereClient({ url: "vcenter.example.com", username: "u", password: "p" })).toThrow("no URL");
});
