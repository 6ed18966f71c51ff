import { type BadInput, machineYaml } from "./case";

const named = (title: string, name: string, ...says: string[]): BadInput => ({
  title: `a name that is ${title}`,
  file: machineYaml(name),
  status: 7,
  says,
});

const refusedAs = (title: string, name: string, shown: string, got = shown): BadInput =>
  named(
    title,
    name,
    `error: {file}:1: VirtualMachine/${shown}: is not valid`,
    `  {file}:4: metadata.name: expected lower-case letters, digits and '-', beginning and ending with a letter or digit, got "${got}"`,
  );

/** Names that mean something to shells, paths, XML, terminals or readers. */
export const badNames: readonly BadInput[] = [
  refusedAs("a path", "../../etc/passwd", "../../etc/passwd"),
  refusedAs("an absolute path", "/etc/passwd", "/etc/passwd"),
  refusedAs("a shell's command", '"$(touch /tmp/owned)"', "$(touch /tmp/owned)"),
  refusedAs("two commands", '"a; rm -rf ~"', "a; rm -rf ~"),
  refusedAs("XML", '"</name><on_poweroff>destroy</on_poweroff>"', "</name><on_poweroff>destroy</on_poweroff>"),
  refusedAs("SQL", '"a\'; DROP TABLE resources; --"', "a'; DROP TABLE resources; --"),
  refusedAs("a flag", '"--force"', "--force"),
  refusedAs("in capitals", "Web", "Web"),
  refusedAs("not ASCII", '"wéb"', "wéb"),
  refusedAs("written from right to left", '"a\\u202Ebew"', "a\\u202ebew"),
  refusedAs("invisible in part", '"we\\u200Bb"', "we\\u200bb"),
  refusedAs("broken over lines", '"a\\nb"', "a\\nb"),
  named(
    "with a NUL",
    '"a\\0b"',
    "error: {file}:1: VirtualMachine/a\\x00b: is not valid",
    "  {file}:4: metadata.name: contains a control character",
  ),
  named(
    "with a terminal's commands",
    '"a\\e[2Jb"',
    "error: {file}:1: VirtualMachine/a\\x1b[2Jb: is not valid",
    "  {file}:4: metadata.name: contains a control character",
  ),
  named(
    "64 characters",
    "a".repeat(64),
    "error: {file}:1: VirtualMachine/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: is not valid",
    '  {file}:4: metadata.name: expected string of at most 63 characters, got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" (64 characters)',
  ),
  named(
    "100 000 characters",
    "a".repeat(100000),
    "error: {file}:1: VirtualMachine/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…: is not valid",
    '  {file}:4: metadata.name: expected string of at most 63 characters, got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" (100000 characters)',
  ),
  named("a number", "7", "error: {file}:1: metadata.name: expected a text, got 7; in quotes it is one"),
  named("true", "true", "error: {file}:1: metadata.name: expected a text, got true; in quotes it is one"),
  named("empty", '""', "error: {file}:1: metadata.name is missing"),
  refusedAs("blank", '" "', " "),
  refusedAs("ended by a dash", "web-", "web-"),
];
