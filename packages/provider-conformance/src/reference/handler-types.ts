import type * as contract from "@remuda/contract";

/** What a handler may know of its call. */
export interface CallContext {
  /** The client's address and port. */
  peer: string;
  /** Milliseconds from now that the client gave the call. */
  deadlineMs: number;
  /** The id of the platform that the call is meant for; undefined: whichever it is. */
  expectedPlatform: string | undefined;
  /** Aborts when the client gives up. */
  signal: AbortSignal;
}

type Unary<Request, Response> = (request: Request, call: CallContext) => Response | Promise<Response>;

/** The services' methods, each a plain function: what a deliberate fault replaces. */
export interface Handlers {
  validate: Unary<contract.ValidateRequest, contract.ValidateResponse>;
  getCapabilities: Unary<contract.GetCapabilitiesRequest, contract.GetCapabilitiesResponse>;
  create: Unary<contract.CreateRequest, contract.CreateResponse>;
  delete: Unary<contract.DeleteRequest, contract.DeleteResponse>;
  power: Unary<contract.PowerRequest, contract.PowerResponse>;
  reconfigure: Unary<contract.ReconfigureRequest, contract.ReconfigureResponse>;
  adopt: Unary<contract.AdoptRequest, contract.AdoptResponse>;
  release: Unary<contract.ReleaseRequest, contract.ReleaseResponse>;
  describe: Unary<contract.DescribeRequest, contract.DescribeResponse>;
  isTaskComplete: Unary<contract.IsTaskCompleteRequest, contract.IsTaskCompleteResponse>;
  cancelTask: Unary<contract.CancelTaskRequest, contract.CancelTaskResponse>;
  listVirtualMachines: Unary<contract.ListVirtualMachinesRequest, contract.ListVirtualMachinesResponse>;
  watchVirtualMachines(
    request: contract.WatchVirtualMachinesRequest,
    call: CallContext,
  ): AsyncIterable<contract.WatchVirtualMachinesResponse>;
  createSnapshot: Unary<contract.CreateSnapshotRequest, contract.CreateSnapshotResponse>;
  deleteSnapshot: Unary<contract.DeleteSnapshotRequest, contract.DeleteSnapshotResponse>;
  revertSnapshot: Unary<contract.RevertSnapshotRequest, contract.RevertSnapshotResponse>;
  listSnapshots: Unary<contract.ListSnapshotsRequest, contract.ListSnapshotsResponse>;
  prepareImage: Unary<contract.PrepareImageRequest, contract.PrepareImageResponse>;
  deleteImage: Unary<contract.DeleteImageRequest, contract.DeleteImageResponse>;
  listImages: Unary<contract.ListImagesRequest, contract.ListImagesResponse>;
  getDisk: Unary<contract.GetDiskRequest, contract.GetDiskResponse>;
  deleteDisk: Unary<contract.DeleteDiskRequest, contract.DeleteDiskResponse>;
  exportDisk(request: contract.ExportDiskRequest, call: CallContext): AsyncIterable<contract.ExportDiskResponse>;
  importDisk: Unary<AsyncIterable<contract.ImportDiskRequest>, contract.ImportDiskResponse>;
  listOffers: Unary<contract.ListOffersRequest, contract.ListOffersResponse>;
  openConsole(requests: AsyncIterable<contract.OpenConsoleRequest>, call: CallContext): AsyncIterable<contract.OpenConsoleResponse>;
}
