import { VsphereError } from "./error";
import { isXmlText } from "./xml-characters";

/** An element without its prefix. `type` is the xsi:type without prefix, `objectType` the plain `type` of a managed object. */
export interface XmlElement {
  name: string;
  type: string | undefined;
  objectType: string | undefined;
  children: XmlElement[];
  /** All text directly in it. */
  text: string;
}

export interface XmlBounds {
  maxLength: number;
  maxDepth: number;
}

const defaultBounds: XmlBounds = { maxLength: 128 << 20, maxDepth: 64 };

const instance = "http://www.w3.org/2001/XMLSchema-instance";
const tag = /<(?:(\/)([\w.-]+:)?([\w.-]+)\s*>|([\w.-]+:)?([\w.-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>)/y;
const attribute = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const reference = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{1,8}));|&/g;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The XML that SOAP allows: elements, attributes, text, CDATA and comments, and no document type, entities or processing instructions. What is cut
 * off, unbalanced, too deep or too long is refused.
 */
export function parseXml(source: string, { maxLength, maxDepth }: XmlBounds = defaultBounds): XmlElement {
  if (source.length > maxLength) throw malformed(`longer than ${maxLength} characters`);
  if (!isXmlText(source)) throw malformed("a character that XML does not allow");
  const text = source.includes("\r") ? source.replaceAll(/\r\n?/g, "\n") : source;
  const root: XmlElement = { name: "", type: undefined, objectType: undefined, children: [], text: "" };
  const open: { element: XmlElement; qualified: string; prefixes: readonly string[] }[] = [{ element: root, qualified: "", prefixes: [] }];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  if (text.startsWith("<?xml ", at)) at = after(text, "?>", at);

  while (at < text.length) {
    const top = open[open.length - 1];
    if (!top) throw malformed("unbalanced");
    const next = text.indexOf("<", at);
    const end = next < 0 ? text.length : next;
    if (end > at) addText(top.element, decodeText(text.slice(at, end)), open.length);
    at = end;
    if (next < 0) break;
    if (text.startsWith("<!--", at)) {
      at = after(text, "-->", at + 4);
      continue;
    }
    if (text.startsWith("<![CDATA[", at)) {
      const close = after(text, "]]>", at + 9);
      addText(top.element, text.slice(at + 9, close - 3), open.length);
      at = close;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(text);
    if (!match) throw malformed(`no element at character ${at}`);
    at = tag.lastIndex;
    const [, closing, closedPrefix = "", closedName = "", prefix = "", name = "", attributes = "", empty] = match;
    if (closing) {
      if (top.qualified !== closedPrefix + closedName || open.length === 1)
        throw malformed(`</${closedPrefix}${closedName}> closes nothing`);
      open.pop();
      continue;
    }
    if (open.length === 1 && root.children.length > 0) throw malformed("more than one root");
    const { element, prefixes } = read(name, attributes, top.prefixes);
    top.element.children.push(element);
    if (empty) continue;
    if (open.length > maxDepth) throw malformed(`deeper than ${maxDepth} elements`);
    open.push({ element, qualified: prefix + name, prefixes });
  }
  const [only] = root.children;
  if (open.length > 1) throw malformed(`<${open[open.length - 1]?.qualified}> is not closed`);
  if (!only) throw malformed("empty");
  return only;
}

function addText(element: XmlElement, text: string, depth: number): void {
  if (depth > 1) element.text = element.text === "" ? text : element.text + text;
  else if (text.trim() !== "") throw malformed("text outside the root");
}

/** `inherited`: the prefixes that stand for the xsi namespace there. */
function read(name: string, attributes: string, inherited: readonly string[]): { element: XmlElement; prefixes: readonly string[] } {
  const element: XmlElement = { name, type: undefined, objectType: undefined, children: [], text: "" };
  if (attributes === "") return { element, prefixes: inherited };
  const found = new Map<string, string>();
  let prefixes = inherited;
  for (const [, key = "", double, single] of attributes.matchAll(attribute)) {
    if (found.has(key)) throw malformed(`attribute ${key} twice`);
    const value = decodeText(double ?? single ?? "");
    found.set(key, value);
    if (!key.startsWith("xmlns:")) continue;
    const prefix = key.slice("xmlns:".length);
    if (value === instance) prefixes = [...prefixes, prefix];
    else if (prefixes.includes(prefix)) prefixes = prefixes.filter((other) => other !== prefix);
  }
  element.objectType = found.get("type");
  for (const prefix of prefixes) {
    const type = found.get(`${prefix}:type`);
    if (type !== undefined) element.type = type.slice(type.indexOf(":") + 1);
  }
  return { element, prefixes };
}

function decodeText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number.parseInt(decimal, 10) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    const character = code === undefined ? named[name ?? ""] : characterOf(code);
    if (character === undefined) throw malformed(`the reference ${whole}`);
    return character;
  });
}

function characterOf(code: number): string | undefined {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(code);
  return isXmlText(character) ? character : undefined;
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  if (at < 0) throw malformed(`"${end}" is missing`);
  return at + end.length;
}

const malformed = (what: string) => new VsphereError("PROTOCOL", `the server's XML can't be read: ${what}`);
