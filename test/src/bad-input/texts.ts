import { type BadInput, machineYaml } from "./case";

const nine = (text: string) => Array.from({ length: 9 }, () => text).join(", ");
/** Nine to the ninth values in a few hundred characters. */
const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((c, i) => `${c}: &${c} [${nine(`*${"abcdefgh"[i]}`)}]`),
].join("\n");

/** Texts that are no resources at all. */
export const badTexts: readonly BadInput[] = [
  { title: "an empty file", file: "", status: 7, says: ["error: {file}: no resources"] },
  { title: "comments alone", file: "# nothing\n---\n# nothing\n", status: 7, says: ["error: {file}: no resources"] },
  {
    title: "a list that is not closed",
    file: "a: 1\nb: [\n",
    status: 7,
    says: ["error: {file}:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
  },
  {
    title: "a tab for indentation",
    file: "kind: VirtualMachine\nmetadata:\n\tname: a\n",
    status: 7,
    says: ["error: {file}:3:1: Tabs are not allowed as indentation"],
  },
  {
    title: "the same key twice",
    file: machineYaml("a", "provider: other"),
    status: 7,
    says: ["error: {file}:9:3: Map keys must be unique"],
  },
  {
    title: "JSON with a comma too much",
    file: '{"kind": "VirtualMachine",, "metadata": {}}',
    status: 7,
    says: ["error: {file}:1:27: Unexpected , in flow map"],
  },
  {
    title: "a sentence",
    file: "please make me a machine\n",
    status: 7,
    says: ["error: {file}:1: not a resource: it needs apiVersion, kind, metadata and spec"],
  },
  {
    title: "a sequence",
    file: "- kind: VirtualMachine\n",
    status: 7,
    says: ["error: {file}:1: not a resource: it needs apiVersion, kind, metadata and spec"],
  },
  { title: "a number", file: "42\n", status: 7, says: ["error: {file}:1: not a resource: it needs apiVersion, kind, metadata and spec"] },
  {
    title: "bytes that are no UTF-8",
    file: new Uint8Array([0x6b, 0x3a, 0x20, 0xff, 0xfe, 0x0a]),
    status: 7,
    says: ["error: {file} is no UTF-8 text"],
  },
  { title: "UTF-16", file: Buffer.from(machineYaml("a"), "utf16le"), status: 7, says: ["error: {file} is no UTF-8 text"] },
  {
    title: "an ELF header",
    file: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]),
    status: 7,
    says: ["error: {file} is no UTF-8 text"],
  },
  {
    title: "a bomb of aliases",
    file: bomb,
    status: 7,
    says: ["error: {file}:1: refused: its aliases stand for too much", "  write the values out"],
  },
  {
    title: "an alias that is not there",
    file: machineYaml("a", "labels: *nowhere"),
    status: 7,
    says: ["error: {file}:1: the alias *nowhere stands for nothing: there is no anchor &nowhere"],
  },
  { title: "an alias within itself", file: "a: &a\n  b: *a\n", status: 7, says: ["error: {file}: refused: it is nested too deeply"] },
  { title: "20 000 open brackets", file: "[".repeat(20_000), status: 7, says: ["error: {file}: refused: it is nested too deeply"] },
  {
    title: "2000 levels of indentation",
    file: Array.from({ length: 2000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    status: 7,
    says: ["error: {file}: refused: it is nested too deeply"],
  },
  {
    title: "a document of 10 MB",
    file: machineYaml("a", `options:\n  text: ${"x".repeat(10_000_000)}`),
    status: 7,
    says: ["error: {file}:1: VirtualMachine/a: is not valid", "  {file}:1: larger than 4 MiB"],
  },
  {
    title: "a file of 65 MB",
    file: new Uint8Array(65 << 20).fill(0x20),
    status: 7,
    says: ["error: {file} is larger than 16 MiB", "  split it"],
  },
  {
    title: "a tag that runs code",
    file: machineYaml("a", 'options:\n  run: !!js/function "1"'),
    status: 7,
    says: ["error: {file}:10:10: Unresolved tag: tag:yaml.org,2002:js/function"],
  },
  {
    title: "a key __proto__",
    file: machineYaml("a", "options:\n  __proto__: {x: 1}"),
    status: 7,
    says: ["error: {file}:10: spec.options.__proto__ is no field: the name is not allowed"],
  },
  {
    title: "a key constructor",
    file: machineYaml("a", "options:\n  constructor: {x: 1}"),
    status: 7,
    says: ["error: {file}:1: VirtualMachine/a: is not valid", '  {file}:10: spec.options: a field can\'t be called "constructor"'],
  },
  {
    title: "a document without apiVersion",
    file: "kind: VirtualMachine\nmetadata: {name: a}\n",
    status: 7,
    says: ['error: {file}:1: apiVersion is missing; write "apiVersion: remuda.dev/v1alpha1"'],
  },
  {
    title: "a document without kind",
    file: "apiVersion: remuda.dev/v1alpha1\nmetadata: {name: a}\n",
    status: 7,
    says: ['error: {file}:1: kind is missing; write one such as "kind: VirtualMachine"'],
  },
  {
    title: "a document without a name",
    file: "apiVersion: remuda.dev/v1alpha1\nkind: VirtualMachine\nspec: {}\n",
    status: 7,
    says: ["error: {file}:1: metadata.name is missing"],
  },
  {
    title: "metadata that is a list",
    file: "apiVersion: remuda.dev/v1alpha1\nkind: VirtualMachine\nmetadata: [a]\nspec: {}\n",
    status: 7,
    says: ["error: {file}:1: metadata: expected an object with a name, got a list"],
  },
  {
    title: "a List whose items are no list",
    file: "apiVersion: v1\nkind: List\nitems: {a: 1}\n",
    status: 7,
    says: ["error: {file}:3: items: expected the list of resources that a List has"],
  },
];
