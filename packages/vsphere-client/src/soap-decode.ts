import { type Fault, faultError, VsphereError } from "./error";
import { elementType, type Field, fieldsOf, isA, isListed, isNumberType, isScalar, type Method, methodShape, moRef } from "./schema";
import { parseXml, type XmlBounds, type XmlElement } from "./xml-parse";

/** What a method answered. Throws what the server said, where that is a fault. */
export function soapResponse(method: Method, text: string, bounds?: XmlBounds): unknown {
  const envelope = parseXml(text, bounds);
  const body = envelope.name === "Envelope" ? envelope.children.find(({ name }) => name === "Body") : undefined;
  const [answer] = body?.children ?? [];
  if (!answer) throw unreadable("an envelope with a body was expected");
  if (answer.name === "Fault") throw readFault(answer);
  if (answer.name !== `${method}Response`) throw unreadable(`${method}Response was expected, <${answer.name}> came`);
  const { answer: field } = methodShape(method);
  return field && readField(answer, field);
}

/** One element as a value of that type. */
export function soapValue(element: XmlElement, type: string): unknown {
  if (isScalar(type)) return readScalar(element, type);
  const actual = element.type ?? type;
  if (type === "anyType") return readAny(element);
  if (type === "ManagedObjectReference") return moRef(element.objectType ?? "", element.text);
  // A type that is newer than the tables still has the fields of the one that was declared.
  return readFields(element, actual, isListed(actual) && isA(actual, type) ? actual : type);
}

function readFields(element: XmlElement, name: string, type: string): Record<string, unknown> {
  const value: Record<string, unknown> = { _typeName: name };
  for (const field of fieldsOf(type)) {
    const read = readField(element, field);
    if (read !== undefined) value[field.name] = read;
  }
  return value;
}

function readField(parent: XmlElement, { name, type, array, optional }: Field): unknown {
  if (!array) {
    const child = parent.children.find((candidate) => candidate.name === name);
    return child && soapValue(child, type);
  }
  const items = parent.children.filter((child) => child.name === name);
  return items.length === 0 && optional && name !== "returnval" ? undefined : items.map((child) => soapValue(child, type));
}

function readAny(element: XmlElement): unknown {
  const { type } = element;
  if (type === undefined) {
    if (element.children.length > 0) return { _typeName: "anyType" };
    return { _typeName: "string", _value: element.text };
  }
  if (type === "ManagedObjectReference") return moRef(element.objectType ?? "", element.text);
  if (isScalar(type)) return { _typeName: type, _value: readScalar(element, type) };
  const item = elementType(type);
  if (item !== undefined) return { _typeName: type, _value: element.children.map((child) => soapValue(child, item)) };
  return readFields(element, type, type);
}

function readScalar({ text, name }: XmlElement, type: string): string | number | boolean {
  if (type === "boolean") {
    const word = text.trim();
    if (word === "true" || word === "1") return true;
    if (word === "false" || word === "0") return false;
    throw unreadable(`<${name}> is no boolean`);
  }
  if (!isNumberType(type)) return text;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) throw unreadable(`<${name}> is no ${type}`);
  return number;
}

function readFault(element: XmlElement): VsphereError {
  const child = (parent: XmlElement | undefined, name: string) => parent?.children.find((candidate) => candidate.name === name);
  const [detail] = child(element, "detail")?.children ?? [];
  const text = child(element, "faultstring")?.text;
  if (!detail) return unreadable(`a fault without detail: ${text}`);
  const type = detail.type ?? detail.name.replace(/Fault$/, "");
  const fault = readFields(detail, type, isListed(type) ? type : "MethodFault") as unknown as Fault; // Fields as the table says.
  return faultError(fault, text);
}

const unreadable = (what: string) => new VsphereError("PROTOCOL", `the server's answer can't be read: ${what}`);
