import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVsphereClient, type VsphereClient } from "./client";
import { downloadFile, fileSize, parseDatastorePath, printDatastorePath, uploadFile } from "./datastore-file";
import { find } from "./find";
import { downloadFromLease, uploadToLease } from "./nfc";
import { attachedTags, attachTag, createRestApi, detachTag, ensureTag, findLibraryItem } from "./rest";
import { readObject } from "./retrieve";
import { type MoRef, moRef, type Vim } from "./schema";
import { hasVcsim, startVcsim, type Vcsim } from "./testing/vcsim";

const signal = AbortSignal.timeout(60_000);
const disk = Buffer.alloc(300_000, "remuda");

async function* pieces(content: Buffer, size = 64_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield await Promise.resolve(content.subarray(at, at + size));
}
async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.runIf(hasVcsim)("transfers with vcsim", () => {
  let vcsim: Vcsim;
  let client: VsphereClient;
  beforeAll(async () => {
    vcsim = await startVcsim();
    client = createVsphereClient(vcsim);
  });
  afterAll(async () => {
    await client?.close(signal);
    await vcsim?.stop();
  });

  test("a file goes into a datastore and comes back, with its progress", async () => {
    const file = { datacenter: "/DC0", datastore: "LocalDS_0", path: "iso/a b#1.iso" };
    const told: number[] = [];
    expect(await fileSize(client, file, signal)).toBeUndefined();
    await expect(downloadFile(client, file, signal)).rejects.toMatchObject({ problem: "NOT_FOUND" });
    await uploadFile(client, file, pieces(disk), disk.length, signal, (done) => told.push(done));
    expect(told.at(-1)).toBe(disk.length);
    expect(told.length).toBeGreaterThan(2);
    expect(await fileSize(client, file, signal)).toBe(disk.length);
    const { size, content } = await downloadFile(client, file, signal);
    expect(size).toBe(disk.length);
    expect(disk.equals(await whole(content))).toBe(true);
  });

  const importing = async (name: string): Promise<MoRef> => {
    const pool = await find(client, "/DC0/host/DC0_H0/Resources", { type: "ResourcePool" }, signal);
    const folder = await find(client, "/DC0/vm", { type: "Folder" }, signal);
    const configSpec: Vim<"VirtualMachineConfigSpec"> = {
      _typeName: "VirtualMachineConfigSpec",
      name,
      guestId: "otherGuest",
      files: { _typeName: "VirtualMachineFileInfo", vmPathName: "[LocalDS_0]" },
      numCPUs: 1,
      memoryMB: 32,
      deviceChange: [
        {
          _typeName: "VirtualDeviceConfigSpec",
          operation: "add",
          device: { _typeName: "ParaVirtualSCSIController", key: -1, busNumber: 0, sharedBus: "noSharing" },
        },
        {
          _typeName: "VirtualDeviceConfigSpec",
          operation: "add",
          fileOperation: "create",
          device: {
            _typeName: "VirtualDisk",
            key: -2,
            controllerKey: -1,
            unitNumber: 0,
            capacityInKB: 1024,
            backing: { _typeName: "VirtualDiskFlatVer2BackingInfo", fileName: "", diskMode: "persistent" },
          },
        },
      ],
    };
    return await client.call(pool, "ImportVApp", { spec: { _typeName: "VirtualMachineImportSpec", configSpec }, folder }, signal);
  };

  test("a disk goes into an import's lease, and the lease ends with it", async () => {
    const lease = await importing("imported");
    const told: number[] = [];
    const file = { importKey: "/imported/disk:0", content: pieces(disk), size: disk.length };
    const machine = await uploadToLease(client, lease, [file], signal, (done) => told.push(done));
    expect((await readObject(client, "VirtualMachine", machine, ["name"], signal))?.name).toBe("imported");
    expect(told.at(-1)).toBe(disk.length);
    await expect(readObject(client, "HttpNfcLease", lease, ["state"], signal)).resolves.toBeUndefined();
  });

  test("a transfer that fails aborts its lease", async () => {
    const lease = await importing("broken");
    await expect(
      uploadToLease(client, lease, [{ importKey: "/broken/disk:7", content: pieces(disk), size: 1 }], signal),
    ).rejects.toMatchObject({
      problem: "NOT_FOUND",
    });
    await expect(readObject(client, "HttpNfcLease", lease, ["state"], signal)).resolves.toBeUndefined();
  });

  test("a tag is made once, attached, read and taken away", async () => {
    const rest = createRestApi(client);
    const machine = await find(client, "DC0_H0_VM0", { type: "VirtualMachine" }, signal);
    const tag = await ensureTag(rest, "remuda", "web", signal);
    expect(await ensureTag(rest, "remuda", "web", signal)).toEqual(tag);
    await attachTag(rest, tag, machine, signal);
    expect(await attachedTags(rest, machine, signal)).toEqual([tag]);
    await detachTag(rest, tag, machine, signal);
    expect(await attachedTags(rest, machine, signal)).toEqual([]);
    expect(await findLibraryItem(rest, "no-library", "no-item", signal)).toBeUndefined();
  });
});

/** vcsim has no export: this answers as a server does whose lease is ready, one disk in it. */
async function startExportDouble() {
  const ended: string[] = [];
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith("/nfc/")) return void response.writeHead(200, { "content-length": disk.length }).end(disk);
    const body = (await whole(request)).toString();
    const [, method = ""] = /<soapenv:Body><(\w+)/.exec(body) ?? [];
    const ref = (name: string, type: string) => `<${name} type="${type}">${type}</${name}>`;
    const property = (name: string, type: string, value: string) =>
      `<propSet><name>${name}</name><val xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="${type}">${value}</val></propSet>`;
    const device = "<key>/vm-1/disk:0</key><importKey/><url>https://*/nfc/1/disk-0.vmdk</url><sslThumbprint/><disk>true</disk>";
    const info = `${ref("lease", "HttpNfcLease")}${ref("entity", "VirtualMachine")}<deviceUrl>${device}</deviceUrl><totalDiskCapacityInKB>1</totalDiskCapacityInKB><leaseTimeout>300</leaseTimeout>`;
    const answers: Record<string, string> = {
      RetrieveServiceContent: `<returnval>${ref("rootFolder", "Folder")}${ref("propertyCollector", "PropertyCollector")}<about/>${ref("sessionManager", "SessionManager")}</returnval>`,
      Login: "<returnval/>",
      CreatePropertyCollector: ref("returnval", "PropertyCollector"),
      CreateFilter: ref("returnval", "PropertyFilter"),
      WaitForUpdatesEx: "<returnval><version>1</version></returnval>",
      RetrievePropertiesEx: `<returnval><objects>${ref("obj", "HttpNfcLease")}${property("state", "HttpNfcLeaseState", "ready")}${property("info", "HttpNfcLeaseInfo", info)}</objects></returnval>`,
    };
    if (method.startsWith("HttpNfcLease")) ended.push(method);
    response.writeHead(200, { "set-cookie": 'vmware_soap_session="1"', "content-type": "text/xml" });
    response.end(
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><${method}Response xmlns="urn:vim25">${answers[method] ?? ""}</${method}Response></e:Body></e:Envelope>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ended,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("a disk comes out of an export's lease; a reader that stops aborts it", async () => {
  const double = await startExportDouble();
  const client = createVsphereClient({ url: double.url, username: "u", password: "p", protocol: "soap" });
  const lease = moRef("HttpNfcLease", "HttpNfcLease");
  const content = downloadFromLease(client, lease, ([device]) => device, signal);
  expect(disk.equals(await whole(content))).toBe(true);
  expect(double.ended).toEqual(["HttpNfcLeaseComplete"]);
  for await (const _ of downloadFromLease(client, lease, ([device]) => device, signal)) break;
  expect(double.ended).toEqual(["HttpNfcLeaseComplete", "HttpNfcLeaseAbort"]);
  await client.close(signal);
  double.close();
});

test("datastore paths are written and read", () => {
  expect(printDatastorePath("ds 1", "a/b.vmdk")).toBe("[ds 1] a/b.vmdk");
  expect(parseDatastorePath("[ds 1] a/b.vmdk")).toEqual({ datastore: "ds 1", path: "a/b.vmdk" });
  expect(parseDatastorePath("a/b.vmdk")).toBeUndefined();
});
