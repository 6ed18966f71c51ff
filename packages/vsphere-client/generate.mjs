// Makes src/gen from vim25.txt: run it after a change there, and commit what it writes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const primitives = {
  string: "string",
  boolean: "boolean",
  int: "number",
  long: "number",
  short: "number",
  byte: "number",
  dateTime: "string",
  base64Binary: "string",
  anyType: "AnyValue",
};
const made = "// Made by generate.mjs from vim25.txt. Don't edit it.\n";

const fieldsOf = (text) =>
  (text ?? "")
    .split(" ")
    .filter(Boolean)
    .map((field) => {
      const [, name, type, array, optional] = /^(\w+):(\w+)(\[\])?(\?)?$/.exec(field);
      return { name, type, array: array !== undefined, optional: optional !== undefined };
    });

function readTable(text) {
  const table = { type: {}, fault: {}, object: {}, enum: {}, method: {} };
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, kind, name, base, fields, answer] = /^(\w+) (\w+)(?: : (\w+))?(?: = (.*?))?(?: -> (\S+))?$/.exec(line);
    table[kind][name] = kind === "enum" ? fields.split(" ") : { base, fields, answer };
  }
  return table;
}

const table = readTable(readFileSync(join(here, "vim25.txt"), "utf8"));
const data = { ...table.type, ...table.fault };
const names = Object.keys(data).sort();
const childrenOf = (name) => names.filter((child) => data[child].base === name);

function typescript(type) {
  if (type in primitives) return primitives[type];
  return type === "ManagedObjectReference" || type in data || type in table.enum ? type : "Unlisted";
}
const member = ({ name, type, array, optional }) => `  ${name}${optional ? "?" : ""}: ${typescript(type)}${array ? "[]" : ""};\n`;
const members = (fields) => fieldsOf(fields).map(member).join("");
const block = (head, body) => `export interface ${head} {${body === "" ? "" : `\n${body}`}}\n`;

function dataType(name) {
  const { base, fields } = data[name];
  const above = base ? ` extends ${base}Fields` : "";
  const children = childrenOf(name);
  if (children.length === 0) return block(`${name}${above}`, `  _typeName: "${name}";\n${members(fields)}`);
  const own = `({ _typeName: "${name}" } & ${name}Fields)`;
  return `${block(`${name}Fields${above}`, members(fields))}export type ${name} = ${[own, ...children].join(" | ")};\n`;
}

const types = `${made}
export interface ManagedObjectReference {
  _typeName: "ManagedObjectReference";
  type: string;
  value: string;
}
/** A value whose type the table does not list: its name, and nothing else. */
export interface Unlisted {
  _typeName: string;
}
/** A value that says its own type. What is no object, and every array, is in \`_value\`. */
export type AnyValue = ManagedObjectReference | Unlisted | { _typeName: string; _value: unknown };
${Object.entries(table.enum)
  .map(([name, values]) => `export type ${name} = ${values.map((value) => `"${value}"`).join(" | ")};\n`)
  .join("")}${names.map(dataType).join("")}
/** Every data type by its name. */
${block("VimTypes", ["ManagedObjectReference", ...names, ...Object.keys(table.enum)].map((name) => `  ${name}: ${name};\n`).join(""))}
/** What a method takes and answers. */
${block(
  "VimMethods",
  Object.entries(table.method)
    .map(([name, { fields, answer }]) => {
      const [result] = answer ? fieldsOf(`result:${answer}`) : [];
      // A method that can answer an array answers one, also where it is empty.
      const answered = result ? `${typescript(result.type)}${result.array ? "[]" : result.optional ? " | undefined" : ""}` : "undefined";
      return `  ${name}: { params: { ${members(fields).trim().replaceAll(/\n\s*/g, " ")} }; result: ${answered} };\n`;
    })
    .join(""),
)}
/** What a property collector reads of managed objects. */
${block(
  "VimObjects",
  Object.keys(table.object)
    .map((name) => {
      const chain = [];
      for (let at = name; at; at = table.object[at].base) chain.unshift(table.object[at].fields ?? "");
      const own = new Map(chain.flatMap(fieldsOf).map((field) => [field.name, field]));
      return `  ${name}: {\n${[...own.values()].map(member).join("")}  };\n`;
    })
    .join(""),
)}`;

const quoted = (record, text) =>
  `{\n${Object.entries(record)
    .map(([name, value]) => `  ${name}: ${JSON.stringify(text(value))},\n`)
    .join("")}}`;
const schema = `${made}
/** "base|name:type …" of every data type, own fields only, in wire order. */
export const dataTypes: Readonly<Record<string, string>> = ${quoted(data, ({ base, fields }) => `${base ?? ""}|${fields ?? ""}`)};
/** "name:type …|answer" of every method. */
export const methods: Readonly<Record<string, string>> = ${quoted(table.method, ({ fields, answer }) => `${fields ?? ""}|${answer ?? ""}`)};
/** The enumerations. */
export const enumerations: readonly string[] = ${JSON.stringify(Object.keys(table.enum))};
`;

const written = { "types.ts": types, "schema.ts": schema };
// With --check nothing is written: it fails where the committed files are not what the table says.
if (process.argv.includes("--check")) {
  const stale = Object.keys(written).filter((name) => readFileSync(join(here, "src/gen", name), "utf8") !== written[name]);
  if (stale.length > 0) throw new Error(`src/gen/${stale.join(", src/gen/")}: run node packages/vsphere-client/generate.mjs`);
} else {
  mkdirSync(join(here, "src/gen"), { recursive: true });
  for (const [name, text] of Object.entries(written)) writeFileSync(join(here, "src/gen", name), text);
}
