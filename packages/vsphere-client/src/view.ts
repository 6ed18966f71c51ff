import { service, type VsphereClient } from "./client";
import { faultOf } from "./error";
import type { MoRef, ObjectType, Vim } from "./schema";

/** A view of all objects of a type in a container. It lives as long as the session. */
export async function openView(
  client: VsphereClient,
  { type, container, shallow = false }: { type: ObjectType; container?: MoRef; shallow?: boolean },
  signal: AbortSignal,
): Promise<MoRef> {
  const within = container ?? (await service(client, "rootFolder", signal));
  const views = await service(client, "viewManager", signal);
  // A managed entity is every type: asking for it by name finds only folders on some servers.
  const types = type === "ManagedEntity" ? {} : { type: [type] };
  return await client.call(views, "CreateContainerView", { container: within, ...types, recursive: !shallow }, signal);
}

export async function closeView(client: VsphereClient, view: MoRef, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    await client.call(view, "DestroyView", {}, signal);
  } catch (error) {
    // It ended with its session.
    if (!faultOf(error, "ManagedObjectNotFound")) throw error;
  }
}

/** What a property collector shall read: these properties of everything in the view. */
export function viewFilter(view: MoRef, type: ObjectType, paths: readonly string[]): Vim<"PropertyFilterSpec"> {
  return {
    _typeName: "PropertyFilterSpec",
    propSet: [{ _typeName: "PropertySpec", type, all: false, pathSet: [...paths] }],
    objectSet: [
      {
        _typeName: "ObjectSpec",
        obj: view,
        skip: true,
        selectSet: [{ _typeName: "TraversalSpec", name: "view", type: "ContainerView", path: "view", skip: false }],
      },
    ],
  };
}

/**
 * What a watch shall read of every machine below a folder. It goes by way of the folders and not of a view: a view would do, but govmomi's simulator
 * locks up where machines come and change while a filter begins at one. Nothing is lost: machines are in folders, or in the vApps in them.
 */
export function machinesFilter(root: MoRef, paths: readonly string[]): Vim<"PropertyFilterSpec"> {
  const step = (name: string, type: string, path: string, selectSet: Vim<"SelectionSpec">[] = []) =>
    ({ _typeName: "TraversalSpec", name, type, path, skip: false, selectSet }) as const;
  const again: Vim<"SelectionSpec"> = { _typeName: "SelectionSpec", name: "folders" };
  const below = [again, step("datacenters", "Datacenter", "vmFolder", [again]), step("vApps", "VirtualApp", "vm")];
  return {
    _typeName: "PropertyFilterSpec",
    propSet: [{ _typeName: "PropertySpec", type: "VirtualMachine", all: false, pathSet: [...paths] }],
    objectSet: [{ _typeName: "ObjectSpec", obj: root, skip: true, selectSet: [step("folders", "Folder", "childEntity", below)] }],
  };
}
