import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createVsphereClient } from "./client";
import { faultOf } from "./error";
import { moRef } from "./schema";

const signal = AbortSignal.timeout(30_000);

/** Answers the few calls of a vCenter that speaks VI JSON, and notes what it was asked. */
async function startJsonDouble() {
  const asked: { method?: string; url?: string; session?: string; body: string }[] = [];
  let sessions = 0;
  let valid: string | undefined;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const session = request.headers["vmware-api-session-id"] as string | undefined;
    asked.push({ method: request.method, url: request.url, session, body });
    const reply = (status: number, value: unknown, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(value === undefined ? "" : JSON.stringify(value));
    };
    const call = request.url?.split("/").at(-1);
    const content = {
      _typeName: "ServiceContent",
      rootFolder: moRef("Folder", "group-d1"),
      propertyCollector: moRef("PropertyCollector", "propertyCollector"),
      sessionManager: moRef("SessionManager", "SessionManager"),
      about: { _typeName: "AboutInfo", name: "double", apiType: "VirtualCenter" },
    };
    if (call === "content" || call === "RetrieveServiceContent") return reply(200, content);
    if (call === "Login") {
      valid = `session-${++sessions}`;
      return reply(200, { _typeName: "UserSession", key: valid }, { "vmware-api-session-id": valid });
    }
    if (session !== valid)
      return reply(500, { _typeName: "NotAuthenticated", object: moRef("Folder", "group-d1"), privilegeId: "System.View" });
    if (call === "PowerOffVM_Task") return reply(200, moRef("Task", "task-1"));
    if (call === "DestroyView") return reply(204, undefined);
    return reply(404, undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    expire() {
      valid = undefined;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

let double: Awaited<ReturnType<typeof startJsonDouble>>;
beforeAll(async () => {
  double = await startJsonDouble();
});
afterAll(() => double.close());

test("VI JSON is spoken to a server that offers it, and an expired session is renewed", async () => {
  const client = createVsphereClient({ url: double.url, username: "u", password: "p" });
  const vm = moRef("VirtualMachine", "vm-7");
  expect(await client.protocol(signal)).toBe("json");
  expect(await client.call(vm, "PowerOffVM_Task", {}, signal)).toEqual(moRef("Task", "task-1"));
  double.expire();
  expect(await client.call(vm, "PowerOffVM_Task", {}, signal)).toEqual(moRef("Task", "task-1"));
  expect(await client.call(moRef("ContainerView", "session[a]b"), "DestroyView", {}, signal)).toBeUndefined();
  const calls = double.asked.filter(({ url }) => url?.includes("vm-7") || url?.includes("ContainerView"));
  expect(calls.map(({ url, session, body }) => [url, session, body])).toEqual([
    ["/sdk/vim25/8.0.1.0/VirtualMachine/vm-7/PowerOffVM_Task", "session-1", "{}"],
    ["/sdk/vim25/8.0.1.0/VirtualMachine/vm-7/PowerOffVM_Task", "session-1", "{}"],
    ["/sdk/vim25/8.0.1.0/VirtualMachine/vm-7/PowerOffVM_Task", "session-2", "{}"],
    ["/sdk/vim25/8.0.1.0/ContainerView/session%5Ba%5Db/DestroyView", "session-2", "{}"],
  ]);
  expect(double.asked.find(({ url }) => url?.endsWith("/Login"))?.body).toBe('{"userName":"u","password":"p"}');
  await client.close(signal);
});

test("an answer of what stands in front of the server is no fault of it", async () => {
  const client = createVsphereClient({ url: double.url, username: "u", password: "p", protocol: "json" });
  const error = await client.call(moRef("VirtualMachine", "vm-7"), "SuspendVM_Task", {}, signal).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem: "HTTP", status: 404 });
  expect(faultOf(error, "MethodFault")).toBeUndefined();
  await client.close(signal);
});
