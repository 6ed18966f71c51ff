import { XMLParser } from "fast-xml-parser";
import { create } from "xmlbuilder2";

/** One element of a document, without the prefix of its name. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const attributesKey = ":@";
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** The root element of what libvirt answered. */
export function parseXml(text: string): Element {
  const [root] = elementsOf(parser.parse(text));
  if (!root) throw new Error("libvirt answered XML without an element");
  return root;
}

/** fast-xml-parser's ordered form: each node is an object with one key, its name, and its attributes under another. */
function elementsOf(nodes: unknown): Element[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((key) => key !== attributesKey && key !== "#text");
    if (name === undefined) return [];
    const inner = node[name];
    const texts = Array.isArray(inner) ? inner.filter((each: object) => "#text" in each) : [];
    return [
      {
        name: name.slice(name.indexOf(":") + 1),
        // The parser gives attributes as text by text.
        attributes: (node[attributesKey] ?? {}) as Record<string, string>,
        children: elementsOf(inner),
        text: texts.map((each: { "#text": unknown }) => String(each["#text"])).join(""),
      },
    ];
  });
}

/** The first element at the path of names. */
export function find(from: Element | undefined, ...path: string[]): Element | undefined {
  let at = from;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

/** All of the last name below the path of the others. */
export function findAll(from: Element | undefined, ...path: string[]): readonly Element[] {
  const last = path.at(-1);
  return find(from, ...path.slice(0, -1))?.children.filter(({ name }) => name === last) ?? [];
}

export const textAt = (from: Element | undefined, ...path: string[]): string => find(from, ...path)?.text ?? "";

const unitBytes: Record<string, number> = {
  b: 1,
  bytes: 1,
  k: 1024,
  KiB: 1024,
  KB: 1000,
  MiB: 2 ** 20,
  MB: 1e6,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** An element's amount in bytes; libvirt tells memory in KiB and sizes of volumes in bytes where it names no unit. */
export function bytesOf(element: Element | undefined, unit: "KiB" | "bytes"): number {
  if (!element) return 0;
  return Number(element.text) * (unitBytes[element.attributes.unit ?? unit] ?? 1);
}

/** A document as xmlbuilder2 takes it: "@name" is an attribute, "#" text. */
export interface Xml {
  [name: string]: XmlValue;
}
type XmlValue = string | number | undefined | Xml | readonly Xml[];

/** Text of a document; what is undefined is left out. */
export const buildXml = (document: Xml): string => create(withoutUndefined(document) as object).end({ headless: true });

function withoutUndefined(value: XmlValue): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, withoutUndefined(each as XmlValue)]),
  );
}
