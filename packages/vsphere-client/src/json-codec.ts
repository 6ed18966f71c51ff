import { type Fault, faultError, VsphereError } from "./error";
import { arrayOf, checkDepth, checkedScalar, checkMembers, invalid, membersOf } from "./scalar";
import { elementType, type Field, fieldsOf, isA, isListed, isScalar, type Method, methodShape } from "./schema";

/** A call's parameters as VI JSON. */
export function jsonRequest(method: Method, params: object): string {
  const shape = methodShape(method);
  return JSON.stringify(writeFields({ ...params }, shape.params, method, method, 0));
}

/** One value as VI JSON has it, for a field of that type. */
export const jsonValue = (type: string, value: unknown): unknown => write(type, value, type, 0);

/** What a method answered. `text` is empty where it answers nothing. */
export function jsonResponse(method: Method, text: string): unknown {
  const { answer } = methodShape(method);
  if (!answer) return undefined;
  if (text === "") return answer.array ? [] : undefined;
  const value = parse(text);
  if (!answer.array) return value === null ? undefined : readJson(value, answer.type);
  return items(value, method).map((item) => readJson(item, answer.type));
}

/** What the server said was wrong; undefined where the text is no fault. */
export function jsonFault(text: string): VsphereError | undefined {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return undefined; // Whatever stands before the server: its HTTP status says more.
  }
  if (typeof value !== "object" || value === null || !("_typeName" in value) || typeof value._typeName !== "string") return undefined;
  const fault = readJson(value, "MethodFault") as Fault; // Fields as the table says.
  return faultError(fault, fault.faultMessage?.find(({ message }) => message)?.message);
}

function writeFields(
  members: Record<string, unknown>,
  fields: readonly Field[],
  type: string,
  path: string,
  depth: number,
): Record<string, unknown> {
  checkMembers(members, (name) => fields.some((field) => field.name === name), type, path);
  const written: Record<string, unknown> = {};
  for (const { name, type: fieldType, array } of fields) {
    const value = members[name];
    if (value === undefined) continue;
    const at = `${path}.${name}`;
    written[name] = array
      ? arrayOf(value, at).map((item, index) => write(fieldType, item, `${at}[${index}]`, depth))
      : write(fieldType, value, at, depth);
  }
  return written;
}

function write(type: string, value: unknown, path: string, depth: number): unknown {
  checkDepth(depth, path);
  if (isScalar(type)) return checkedScalar(value, type, path);
  const members = membersOf(value, path);
  const { _typeName: actual } = members;
  if (typeof actual !== "string") throw invalid(path, "it has no _typeName");
  if (type === "anyType" && "_value" in members) return { _typeName: actual, _value: writeBoxed(actual, members._value, path, depth) };
  if (actual === "ManagedObjectReference") {
    if (type !== "anyType" && type !== actual) throw invalid(path, `${actual} is no ${type}`);
    if (typeof members.type !== "string" || typeof members.value !== "string") throw invalid(path, "a reference needs type and value");
    return { _typeName: actual, type: members.type, value: members.value };
  }
  if (!isListed(actual)) throw invalid(path, `the type ${actual} is not known`);
  if (type !== "anyType" && !isA(actual, type)) throw invalid(path, `${actual} is no ${type}`);
  return { _typeName: actual, ...writeFields(members, fieldsOf(actual), actual, path, depth + 1) };
}

function writeBoxed(type: string, value: unknown, path: string, depth: number): unknown {
  if (isScalar(type)) return checkedScalar(value, type, path);
  const item = elementType(type);
  if (item === undefined) throw invalid(path, `the type ${type} is not known`);
  return arrayOf(value, path).map((each, index) => write(item, each, `${path}[${index}]`, depth + 1));
}

/** A parsed value as one of that type: what the table doesn't know is left out, as in SOAP. */
export function readJson(value: unknown, type: string, depth = 0): unknown {
  if (depth > 64) throw unreadable("nested deeper than 64");
  if (isScalar(type)) return readScalar(value, type);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable(`an object was expected for ${type}`);
  const members = value as Record<string, unknown>; // An object that is no array has nothing but members.
  const actual = typeof members._typeName === "string" ? members._typeName : type;
  if (actual === "ManagedObjectReference") return { _typeName: actual, type: String(members.type), value: String(members.value) };
  if ("_value" in members) {
    if (isScalar(actual)) return { _typeName: actual, _value: readScalar(members._value, actual) };
    const item = elementType(actual) ?? "anyType";
    return { _typeName: actual, _value: items(members._value, actual).map((each) => readJson(each, item, depth + 1)) };
  }
  const read: Record<string, unknown> = { _typeName: actual };
  for (const field of fieldsOf(isListed(actual) && (type === "anyType" || isA(actual, type)) ? actual : type)) {
    const member = members[field.name];
    const list = field.array ? items(member ?? [], field.name) : undefined;
    if (list) {
      if (list.length > 0 || !field.optional) read[field.name] = list.map((each) => readJson(each, field.type, depth + 1));
    } else if (member !== undefined && member !== null) read[field.name] = readJson(member, field.type, depth + 1);
  }
  return read;
}

function readScalar(value: unknown, type: string): unknown {
  try {
    return checkedScalar(value, type, type);
  } catch (cause) {
    // Numbers beyond what JavaScript can hold are still read, as near as it goes.
    if (type === "long" && typeof value === "number") return value;
    throw new VsphereError("PROTOCOL", `the server's answer can't be read: ${type} expected`, { cause });
  }
}

function items(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unreadable(`${name} is no array`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VsphereError("PROTOCOL", "the server's answer can't be read: it is no JSON", { cause });
  }
}

const unreadable = (what: string) => new VsphereError("PROTOCOL", `the server's answer can't be read: ${what}`);
