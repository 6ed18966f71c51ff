import type { JsonObject } from "@bufbuild/protobuf";
import { isObject } from "./field-path";

/** A resource as someone would write it: without status, and without what only the store sets. */
export function declaredPart(resource: JsonObject, { withVersion = false } = {}): JsonObject {
  const { apiVersion = "", kind = "", spec = {} } = resource;
  const { name = "", labels, annotations, resourceVersion } = isObject(resource.metadata) ? resource.metadata : {};
  const given = (part: typeof labels) => isObject(part) && Object.keys(part).length > 0;
  const metadata: JsonObject = { name };
  if (labels !== undefined && given(labels)) metadata.labels = labels;
  if (annotations !== undefined && given(annotations)) metadata.annotations = annotations;
  if (withVersion && resourceVersion !== undefined) metadata.resourceVersion = resourceVersion;
  return { apiVersion, kind, metadata, spec };
}
