import {
  ConsoleType,
  CreateRequest,
  type Disk,
  Firmware,
  Hardware,
  ImportDiskHeader,
  ListOffersRequest,
  Market,
  NetworkInterface,
  PowerOperation,
  PrepareImageRequest,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";
import { describe, expect, test } from "vitest";
import {
  checkConsole,
  checkCreate,
  checkCreateSnapshot,
  checkDelete,
  checkDescribe,
  checkImport,
  checkList,
  checkListOffers,
  checkPower,
  checkPrepareImage,
  checkReconfigure,
  checkSnapshot,
  checkTask,
} from "./request-rules";
import { createRequest, spec, uid } from "./test-provider";

/** The fields that a check finds wrong, in order. */
function wrong(check: () => void): string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof ProviderError && error.reason === "INVALID_SPEC") return error.violations.map(({ field }) => field);
    throw error;
  }
  return [];
}

const disk = (part: Partial<Disk> = {}): Disk => ({ name: "root", sizeGib: 1, boot: false, storage: "", bus: "", retain: false, ...part });
const hardware = (part: Partial<Hardware>): Partial<VirtualMachineSpec> => ({
  hardware: Hardware.fromPartial({ cpus: 4, memoryMib: 1024, ...part }),
});
const nic = (part: Partial<NetworkInterface>): Partial<VirtualMachineSpec> => ({
  interfaces: [NetworkInterface.fromPartial({ name: "net0", ...part })],
});
const cloudInit = (part: object): Partial<VirtualMachineSpec> => ({
  cloudInit: { userData: "", networkConfig: "", sshAuthorizedKeys: [], hostname: "", ...part },
});

describe("Create", () => {
  test("what is right is let through", () => {
    const full = spec({
      ...hardware({ coresPerSocket: 2, firmware: Firmware.UEFI, secureBoot: true, hotAdd: { maxCpus: 8, maxMemoryMib: 2048 } }),
      disks: [disk({ boot: true }), disk({ name: "data" })],
      ...nic({ macAddress: "52:54:00:12:34:56", vlan: 4094, addresses: ["192.0.2.1/24", "2001:db8::1/64"], gateway: "192.0.2.254" }),
      ...cloudInit({ sshAuthorizedKeys: ["ssh-ed25519 AAAA me@home"], hostname: "web.example.org" }),
      labels: { app: "web", "example.org/role": "front" },
    });
    expect(wrong(() => checkCreate(createRequest({ spec: full })))).toEqual([]);
    expect(
      wrong(() =>
        checkCreate(
          createRequest({ spec: spec({ hardware: undefined, source: { $case: "instanceType", value: { name: "small", image: "" } } }) }),
        ),
      ),
    ).toEqual([]);
  });

  test.each<[string, Partial<CreateRequest>]>([
    ["uid", { uid: "" }],
    ["uid", { uid: "0F8FAD5B-D9CB-469F-A165-70867728950E" }],
    ["owner", { owner: "Lab" }],
    ["owner", { owner: "a".repeat(64) }],
    ["spec", { spec: undefined }],
  ])("%s is refused: %o", (field, part) => {
    expect(wrong(() => checkCreate(createRequest(part)))).toEqual([field]);
  });

  test.each<[string, Partial<VirtualMachineSpec>]>([
    ["spec.name", { name: "" }],
    ["spec.name", { name: "-a" }],
    ["spec.name", { name: "a_b" }],
    ["spec.source", { source: undefined }],
    ["spec.image", { source: { $case: "image", value: "" } }],
    ["spec.virtual_machine.id", { source: { $case: "virtualMachine", value: { id: "", snapshotId: "", linked: false } } }],
    ["spec.offer.id", { source: { $case: "offer", value: { id: "", image: "" } } }],
    ["spec.hardware", { hardware: undefined }],
    ["spec.hardware.cpus", hardware({ cpus: 0 })],
    ["spec.hardware.memory_mib", hardware({ memoryMib: 0 })],
    ["spec.hardware.cores_per_socket", hardware({ coresPerSocket: 3 })],
    ["spec.hardware.firmware", hardware({ firmware: 9 as Firmware })],
    ["spec.hardware.secure_boot", hardware({ secureBoot: true })],
    ["spec.hardware.hot_add.max_cpus", hardware({ hotAdd: { maxCpus: 2, maxMemoryMib: 0 } })],
    ["spec.hardware.gpus[0].count", hardware({ gpus: [{ name: "H100", count: 0, memoryMib: 0, device: "" }] })],
    ["spec.disks[0].name", { disks: [disk({ name: "" })] }],
    ["spec.disks[1].name", { disks: [disk(), disk()] }],
    ["spec.disks[0].size_gib", { disks: [disk({ sizeGib: 0 })] }],
    ["spec.disks[1].boot", { disks: [disk({ boot: true }), disk({ name: "data", boot: true })] }],
    ["spec.interfaces[0].mac_address", nic({ macAddress: "52:54:00:12:34" })],
    ["spec.interfaces[0].vlan", nic({ vlan: 4095 })],
    ["spec.interfaces[0].addresses[1]", nic({ addresses: ["192.0.2.1/24", "192.0.2.1/33"] })],
    ["spec.interfaces[0].gateway", nic({ gateway: "192.0.2" })],
    ["spec.interfaces[0].nameservers[0]", nic({ nameservers: ["dns.example"] })],
    ["spec.cloud_init.ssh_authorized_keys[0]", cloudInit({ sshAuthorizedKeys: ["ssh-ed25519 AAAA\nssh-rsa BBBB"] })],
    ["spec.cloud_init.hostname", cloudInit({ hostname: "-web" })],
    ['spec.labels["a b"]', { labels: { "a b": "" } }],
    ["spec.market.max_price_per_hour", { market: Market.fromPartial({ maxPricePerHour: Number.NaN }) }],
    ["spec.market.max_price_per_hour", { market: Market.fromPartial({ maxPricePerHour: -1 }) }],
    ["spec.market.max_price_per_hour", { market: Market.fromPartial({ maxPricePerHour: Infinity }) }],
    ["spec.power_state", { powerState: 9 as VirtualMachineSpec["powerState"] }],
  ])("%s is refused: %o", (field, part) => {
    expect(wrong(() => checkCreate(createRequest({ spec: spec(part) })))).toEqual([field]);
  });

  test("one error names every wrong field", () => {
    const request = CreateRequest.fromPartial({ uid: "x", owner: "", spec: { name: "" } });
    expect(wrong(() => checkCreate(request))).toEqual(["uid", "owner", "spec.name", "spec.source", "spec.hardware"]);
  });

  test("a long wrong value is clipped in the message", () => {
    expect(() => checkCreate(createRequest({ owner: "X".repeat(5000) }))).toThrow(/^owner: .{1,160}$/);
  });
});

test.each<[string, () => void, string[]]>([
  ["Delete without uid", () => checkDelete({ id: "m", uid: "" }), ["uid"]],
  ["Delete without id", () => checkDelete({ id: "", uid: uid() }), []],
  [
    "Power of nothing, with nothing to do",
    () => checkPower({ id: "", uid: "", operation: PowerOperation.UNSPECIFIED, gracefulTimeout: undefined }),
    ["id", "operation"],
  ],
  [
    "Power with an unknown operation and a negative time",
    () => checkPower({ id: "m", uid: "A", operation: 99 as PowerOperation, gracefulTimeout: { seconds: -1, nanos: 0 } }),
    ["uid", "operation", "graceful_timeout"],
  ],
  ["Reconfigure without spec", () => checkReconfigure({ id: "m", uid: uid(), spec: undefined, allowRestart: false }), ["spec"]],
  [
    "Reconfigure without what it can't change",
    () => checkReconfigure({ id: "m", uid: uid(), spec: spec({ name: "", source: undefined, hardware: undefined }), allowRestart: false }),
    [],
  ],
  ["Describe of nothing", () => checkDescribe({ id: "", uid: "" }), ["id"]],
  ["IsTaskComplete without ref", () => checkTask({ taskRef: "", wait: { seconds: 0, nanos: -1 } }), ["task_ref", "wait"]],
  ["List of a page too large", () => checkList({ owner: "", pageSize: 1001, pageToken: "" }), ["page_size"]],
  ["List of an owner that can't be", () => checkList({ owner: "A", pageSize: 1000, pageToken: "" }), ["owner"]],
  [
    "CreateSnapshot without name",
    () => checkCreateSnapshot({ virtualMachineId: "", uid: "", name: "", description: "", memory: false, quiesce: false }),
    ["virtual_machine_id", "name"],
  ],
  ["DeleteSnapshot without id", () => checkSnapshot({ virtualMachineId: "m", uid: "", snapshotId: "" }), ["snapshot_id"]],
  ["PrepareImage from nothing", () => checkPrepareImage(PrepareImageRequest.fromPartial({ name: "A" })), ["name", "source"]],
  [
    "PrepareImage over http without checksum",
    () => checkPrepareImage(PrepareImageRequest.fromPartial({ name: "a", source: { $case: "url", value: "http://h/x" } })),
    ["url"],
  ],
  [
    "PrepareImage over http with a checksum",
    () =>
      checkPrepareImage(
        PrepareImageRequest.fromPartial({ name: "a", source: { $case: "url", value: "http://h/x" }, checksum: `sha256:${"0".repeat(64)}` }),
      ),
    [],
  ],
  [
    "PrepareImage with a checksum that is none",
    () => checkPrepareImage(PrepareImageRequest.fromPartial({ name: "a", source: { $case: "file", value: "/x" }, checksum: "md5:0" })),
    ["checksum"],
  ],
  [
    "ListOffers with numbers that are none",
    () => checkListOffers(ListOffersRequest.fromPartial({ maxPricePerHour: Number.NaN, minReliability: 2, minCudaVersion: "new" })),
    ["max_price_per_hour", "min_reliability", "min_cuda_version"],
  ],
  [
    "ImportDisk of nothing",
    () => checkImport(ImportDiskHeader.fromPartial({})),
    ["header.uid", "header.owner", "header.name", "header.format", "header.total_bytes"],
  ],
  [
    "OpenConsole of nothing",
    () => checkConsole({ virtualMachineId: "", uid: "", type: ConsoleType.UNSPECIFIED }),
    ["target.virtual_machine_id", "target.type"],
  ],
])("%s", (_title, check, fields) => {
  expect(wrong(check)).toEqual(fields);
});
