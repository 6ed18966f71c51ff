import { arrayOf, checkDepth, checkedScalar, checkMembers, invalid, membersOf } from "./scalar";
import {
  elementType,
  type Field,
  fieldsOf,
  hasDescendants,
  isA,
  isEnumeration,
  isListed,
  isScalar,
  isXsd,
  type Method,
  type MoRef,
  methodShape,
} from "./schema";
import { xmlElement, xmlText } from "./xml-write";

/** A call as a SOAP envelope. Elements stand in the order of the tables: a vCenter demands it. */
export function soapRequest(method: Method, target: MoRef, params: object): string {
  const shape = methodShape(method);
  const body = reference("_this", "", target) + encodeFields({ ...params }, shape.params, method, method, 0);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    `<${method} xmlns="urn:vim25">${body}</${method}></soapenv:Body></soapenv:Envelope>`
  );
}

/** One value as an element, for a field of that type. */
export function soapElement(name: string, type: string, value: unknown): string {
  return encode(name, type, value, name, 0);
}

function encodeFields(members: Record<string, unknown>, fields: readonly Field[], type: string, path: string, depth: number): string {
  checkMembers(members, (name) => fields.some((field) => field.name === name), type, path);
  return fields
    .map(({ name, type: fieldType, array }) => {
      const value = members[name];
      if (value === undefined) return "";
      const at = `${path}.${name}`;
      if (!array) return encode(name, fieldType, value, at, depth);
      return arrayOf(value, at)
        .map((item, index) => encode(name, fieldType, item, `${at}[${index}]`, depth))
        .join("");
    })
    .join("");
}

function encode(name: string, type: string, value: unknown, path: string, depth: number): string {
  checkDepth(depth, path);
  if (isScalar(type)) return xmlElement(name, "", xmlText(String(checkedScalar(value, type, path))));
  const members = membersOf(value, path);
  const { _typeName: actual } = members;
  if (typeof actual !== "string") throw invalid(path, "it has no _typeName");
  if (actual === "ManagedObjectReference") {
    if (type !== "anyType" && type !== actual) throw invalid(path, `${actual} is no ${type}`);
    return reference(name, type === "anyType" ? ' xsi:type="ManagedObjectReference"' : "", members, path);
  }
  if (type === "anyType" && "_value" in members) return encodeBoxed(name, actual, members._value, path, depth);
  if (!isListed(actual)) throw invalid(path, `the type ${actual} is not known`);
  if (type !== "anyType" && !isA(actual, type)) throw invalid(path, `${actual} is no ${type}`);
  const says = type === "anyType" || actual !== type || hasDescendants(type) ? ` xsi:type="${actual}"` : "";
  return xmlElement(name, says, encodeFields(members, fieldsOf(actual), actual, path, depth + 1));
}

/** A scalar or an array where the field itself doesn't say which. */
function encodeBoxed(name: string, type: string, value: unknown, path: string, depth: number): string {
  if (isScalar(type)) {
    const prefix = isXsd(type) ? "xsd:" : "";
    return xmlElement(name, ` xsi:type="${prefix}${type}"`, xmlText(String(checkedScalar(value, type, path))));
  }
  const item = elementType(type);
  if (
    item === undefined ||
    !(item === "anyType" || item === "ManagedObjectReference" || isScalar(item) || isEnumeration(item) || isListed(item))
  ) {
    throw invalid(path, `the type ${type} is not known`);
  }
  const content = arrayOf(value, path).map((each, index) => encode(item, item, each, `${path}[${index}]`, depth + 1));
  return xmlElement(name, ` xsi:type="${type}"`, content.join(""));
}

function reference(name: string, attributes: string, { type, value }: { type?: unknown; value?: unknown }, path = name): string {
  if (typeof type !== "string" || typeof value !== "string" || type === "" || value === "")
    throw invalid(path, "a reference needs type and value");
  return xmlElement(name, `${attributes} type="${xmlText(type)}"`, xmlText(value));
}
