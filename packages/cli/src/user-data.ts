import type { JsonObject } from "@bufbuild/protobuf";
import { isObject, valueAt } from "./field-path";

/**
 * A resource with the size of its inline user data in their place: they often hold passwords and keys, and a terminal is looked at by others.
 * With the resource as it was, it is said if they are others.
 */
export function withoutUserData(resource: JsonObject, before?: JsonObject): JsonObject {
  const { spec } = resource;
  const userData = userDataOf(resource);
  if (!isObject(spec) || !isObject(spec.cloudInit) || userData === undefined) return resource;
  const former = before && userDataOf(before);
  const changed = former !== undefined && former !== userData ? ", changed" : "";
  return {
    ...resource,
    spec: { ...spec, cloudInit: { ...spec.cloudInit, userData: `(${Buffer.byteLength(userData)} bytes, inline${changed})` } },
  };
}

function userDataOf(resource: JsonObject): string | undefined {
  const userData = valueAt(resource, "spec.cloudInit.userData");
  return typeof userData === "string" ? userData : undefined;
}
