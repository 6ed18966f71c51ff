import {
  type AdoptRequest,
  ConsoleType,
  type CreateRequest,
  type CreateSnapshotRequest,
  type DeleteDiskRequest,
  type DeleteRequest,
  type DescribeRequest,
  type ImportDiskHeader,
  type IsTaskCompleteRequest,
  type ListImagesRequest,
  type ListOffersRequest,
  type ListVirtualMachinesRequest,
  MarketType,
  type OpenConsoleTarget,
  PowerOperation,
  type PowerRequest,
  type PrepareImageRequest,
  type ReconfigureRequest,
  type ReleaseRequest,
} from "@remuda/contract";
import {
  mustBeAmount,
  mustBeChecksum,
  mustBeDuration,
  mustBeImageName,
  mustBeKnown,
  mustBeName,
  mustBePageSize,
  mustBeSet,
  mustBeSha256,
  mustBeUid,
  mustBeWithin,
  raise,
  type Violations,
} from "./field-rules";
import { checkChangedMachine, checkNewMachine } from "./spec-rules";

// One function per request. Each throws INVALID_SPEC that names every wrong field.

export function checkCreate({ uid, owner, spec }: CreateRequest): void {
  const found: Violations = [];
  mustBeUid(found, "uid", uid);
  mustBeName(found, "owner", owner);
  if (spec) checkNewMachine(found, spec);
  else found.push({ field: "spec", description: "required" });
  raise(found);
}

export function checkDelete({ uid }: DeleteRequest): void {
  const found: Violations = [];
  mustBeUid(found, "uid", uid);
  raise(found);
}

export function checkPower({ id, uid, operation, gracefulTimeout }: PowerRequest): void {
  const found: Violations = [];
  checkMachine(found, "id", id, uid);
  mustBeKnown(found, "operation", operation, PowerOperation, false);
  mustBeDuration(found, "graceful_timeout", gracefulTimeout);
  raise(found);
}

export function checkReconfigure({ id, uid, spec }: ReconfigureRequest): void {
  const found: Violations = [];
  checkMachine(found, "id", id, uid);
  if (spec) checkChangedMachine(found, spec);
  else found.push({ field: "spec", description: "required" });
  raise(found);
}

export function checkAdopt({ id, uid, owner }: AdoptRequest): void {
  const found: Violations = [];
  checkMachine(found, "id", id, uid);
  mustBeName(found, "owner", owner);
  raise(found);
}

export function checkRelease({ uid }: ReleaseRequest): void {
  const found: Violations = [];
  mustBeUid(found, "uid", uid);
  raise(found);
}

export function checkDescribe({ id, uid }: DescribeRequest): void {
  const found: Violations = [];
  if (id === "" && uid === "") found.push({ field: "id", description: "required, unless uid is given" });
  if (uid !== "") mustBeUid(found, "uid", uid);
  raise(found);
}

export function checkTask({ taskRef, wait }: Pick<IsTaskCompleteRequest, "taskRef" | "wait">): void {
  const found: Violations = [];
  mustBeSet(found, "task_ref", taskRef);
  mustBeDuration(found, "wait", wait);
  raise(found);
}

export function checkList({ owner, pageSize }: ListVirtualMachinesRequest): void {
  const found: Violations = [];
  checkOwnerFilter(found, owner);
  mustBePageSize(found, pageSize);
  raise(found);
}

export function checkWatch({ owner }: { owner: string }): void {
  const found: Violations = [];
  checkOwnerFilter(found, owner);
  raise(found);
}

export function checkCreateSnapshot({ virtualMachineId, uid, name }: CreateSnapshotRequest): void {
  const found: Violations = [];
  checkMachine(found, "virtual_machine_id", virtualMachineId, uid);
  mustBeName(found, "name", name);
  raise(found);
}

export function checkSnapshot({ virtualMachineId, uid, snapshotId }: { virtualMachineId: string; uid: string; snapshotId: string }): void {
  const found: Violations = [];
  checkMachine(found, "virtual_machine_id", virtualMachineId, uid);
  mustBeSet(found, "snapshot_id", snapshotId);
  raise(found);
}

/** For requests that hold one id and nothing else to check. */
export function checkId(field: string, id: string): void {
  const found: Violations = [];
  mustBeSet(found, field, id);
  raise(found);
}

export function checkPrepareImage({ name, source, checksum }: PrepareImageRequest): void {
  const found: Violations = [];
  mustBeImageName(found, "name", name);
  if (!source) found.push({ field: "source", description: "required: one of url, file, existing" });
  else mustBeSet(found, source.$case, source.value);
  if (source?.$case === "url" && source.value !== "") checkImageUrl(found, source.value, checksum);
  if (checksum !== "") mustBeChecksum(found, "checksum", checksum);
  raise(found);
}

export function checkListImages({ pageSize }: ListImagesRequest): void {
  const found: Violations = [];
  mustBePageSize(found, pageSize);
  raise(found);
}

export function checkListOffers(request: ListOffersRequest): void {
  const found: Violations = [];
  mustBeAmount(found, "max_price_per_hour", request.maxPricePerHour);
  mustBeAmount(found, "min_reliability", request.minReliability, 1);
  mustBeKnown(found, "market_type", request.marketType, MarketType, true);
  if (request.minCudaVersion !== "" && !/^\d+(\.\d+)*$/.test(request.minCudaVersion)) {
    found.push({ field: "min_cuda_version", description: 'must be a version such as "12.8"' });
  }
  mustBePageSize(found, request.pageSize);
  raise(found);
}

export function checkImport({ uid, owner, name, format, totalBytes, checksum }: ImportDiskHeader): void {
  const found: Violations = [];
  mustBeUid(found, "header.uid", uid);
  mustBeName(found, "header.owner", owner);
  mustBeName(found, "header.name", name);
  mustBeSet(found, "header.format", format);
  mustBeWithin(found, "header.total_bytes", totalBytes, 1, Infinity);
  if (checksum !== "") mustBeSha256(found, "header.checksum", checksum);
  raise(found);
}

export function checkDeleteDisk({ id, uid }: DeleteDiskRequest): void {
  const found: Violations = [];
  mustBeSet(found, "id", id);
  if (uid !== "") mustBeUid(found, "uid", uid);
  raise(found);
}

export function checkConsole({ virtualMachineId, uid, type }: OpenConsoleTarget): void {
  const found: Violations = [];
  checkMachine(found, "target.virtual_machine_id", virtualMachineId, uid, "target.uid");
  mustBeKnown(found, "target.type", type, ConsoleType, false);
  raise(found);
}

function checkMachine(found: Violations, field: string, id: string, uid: string, uidField = "uid"): void {
  mustBeSet(found, field, id);
  // A machine that was adopted has no uid.
  if (uid !== "") mustBeUid(found, uidField, uid);
}

function checkOwnerFilter(found: Violations, owner: string): void {
  if (owner !== "") mustBeName(found, "owner", owner);
}

function checkImageUrl(found: Violations, url: string, checksum: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol === "https:" || (protocol === "http:" && checksum !== "")) return;
  found.push({ field: "url", description: "must be an https URL, or an http URL with a checksum" });
}
