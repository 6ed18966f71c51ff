import { type BadInput, machineYaml, resourceYaml } from "./case";

/** What is there before. */
export const before = [
  resourceYaml("Provider", "sim", '{address: "127.0.0.1:1"}'),
  resourceYaml("VMClass", "small", "{cpus: 1, memoryMiB: 512}"),
  resourceYaml("VMImage", "debian", "{source: {existing: debian-12}}"),
  machineYaml("web", "disks: [{name: data, sizeGiB: 4}]"),
].join("---\n");

/** What does not go with what is there, or with its own neighbours in the file. */
export const besideOthers: readonly BadInput[] = [
  {
    title: "an older resourceVersion",
    file: machineYaml("web", "powerState: Off", 'resourceVersion: "1"'),
    status: 4,
    says: ["error: {file}:1: VirtualMachine/web: VirtualMachine web was changed: its version is {version}, not 1"],
  },
  {
    title: "a resourceVersion that is none",
    file: machineYaml("web", "powerState: Off", "resourceVersion: newest"),
    status: 4,
    says: ["error: {file}:1: VirtualMachine/web: VirtualMachine web was changed: its version is {version}, not newest"],
  },
  {
    title: "a resourceVersion that is a number",
    file: machineYaml("web", "powerState: Off", "resourceVersion: 1"),
    status: 7,
    says: ["error: {file}:1: VirtualMachine/web: is not valid", "  {file}:5: metadata.resourceVersion: expected string, got 1"],
  },
  {
    title: "a version of what is not there",
    file: machineYaml("api", "", 'resourceVersion: "1"'),
    status: 4,
    says: ["error: {file}:1: VirtualMachine/api: VirtualMachine api is gone; apply it without uid and resourceVersion to make it anew"],
  },
  {
    title: "another's uid",
    file: machineYaml("web", "powerState: Off", "uid: 0f8fad5b-d9cb-469f-a165-70867728950e"),
    status: 4,
    says: ["error: {file}:1: VirtualMachine/web: VirtualMachine web is another one now: its uid is {uid}"],
  },
  {
    title: "the same machine twice",
    file: `${machineYaml("api")}---\n${machineYaml("api", "powerState: Off")}`,
    status: 7,
    says: ["error: {file}:10: VirtualMachine/api stands in {file}:1 too"],
  },
  {
    title: "a second document that does not parse",
    file: `${machineYaml("api")}---\nkind: [\n`,
    status: 7,
    says: ["error: {file}:11:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
  },
  {
    title: "a second document without a name",
    file: `${machineYaml("api")}---\nkind: VMClass\napiVersion: remuda.dev/v1alpha1\n`,
    status: 7,
    says: ["error: {file}:10: metadata.name is missing"],
  },
  {
    title: "a dry run of one good and one wrong",
    args: ["apply", "--dry-run", "-f", "{file}"],
    file: `${machineYaml("api")}---\n${machineYaml("db", "colour: red")}`,
    status: 7,
    says: ["error: {file}:10: VirtualMachine/db: is not valid", "  {file}:18: spec.colour: unknown field"],
  },
  {
    title: "a difference from what is wrong",
    args: ["diff", "-f", "{file}"],
    file: machineYaml("web", "colour: red"),
    status: 7,
    says: ["error: {file}:1: VirtualMachine/web: is not valid", "  {file}:9: spec.colour: unknown field"],
  },
];

/** What may be applied, with a word of warning. */
export const warnings: readonly BadInput[] = [
  {
    title: "references to nothing",
    file: machineYaml("api", "interfaces: [{name: n, network: lan}]").replace("image: debian", "image: plan9"),
    status: 0,
    says: [
      "warning: {file}:8: VirtualMachine/api: spec.image: there is no VMImage plan9 yet",
      "warning: {file}:9: VirtualMachine/api: spec.interfaces[0].network: there is no VMNetwork lan yet",
    ],
  },
  {
    title: "a reference that is misspelt",
    file: machineYaml("api").replace("class: small", "class: smal"),
    status: 0,
    says: ["warning: {file}:7: VirtualMachine/api: spec.class: there is no VMClass smal yet; did you mean small?"],
  },
];
