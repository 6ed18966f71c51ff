export { createVsphereClient, service, type VsphereClient, type VsphereOptions } from "./client";
export type { Clock } from "./clock";
export { type DatastoreFile, downloadFile, fileSize, parseDatastorePath, printDatastorePath, uploadFile } from "./datastore-file";
export { type Fault, faultOf, VsphereError, type VsphereProblem } from "./error";
export { escapeName, find, findAll, parseRef, printRef, type Search, unescapeName } from "./find";
export { downloadFromLease, type LeaseFile, leaseReady, type OnBytes, uploadToLease } from "./nfc";
export {
  attachedTags,
  attachTag,
  createRestApi,
  type Deployment,
  deployLibraryItem,
  detachTag,
  ensureTag,
  findLibraryItem,
  type LibraryItem,
  type RestApi,
  type Tag,
} from "./rest";
export {
  type Properties,
  type Property,
  type Retrieval,
  type Retrieved,
  readObject,
  retrieve,
  retrieveAll,
  unboxed,
} from "./retrieve";
export { isVim, type Method, type MoRef, moRef, type ObjectType, type Params, type Result, sameRef, type Vim } from "./schema";
export { cancelTask, readTask, type TaskProgress, taskResult, type WaitForTask, waitForTask } from "./task";
export { createTaskFollower, type TaskFollower } from "./task-follower";
export type { Trust } from "./tls";
export { type UpdateOptions, updates } from "./updates";
export { type MachineChange, type MachineChanges, watchMachines } from "./watch";
