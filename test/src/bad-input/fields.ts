import { type BadInput, machineYaml, resourceYaml } from "./case";

/** With what is said of its fields. */
const invalid = (title: string, file: string, ...fields: string[]): BadInput => {
  const [, kind] = /kind: (\S+)/.exec(file) ?? [];
  return { title, file, status: 7, says: [`error: {file}:1: ${kind}/a: is not valid`, ...fields.map((field) => `  {file}:${field}`)] };
};

/** Resources of which something is wrong. */
export const badFields: readonly BadInput[] = [
  invalid(
    "another apiVersion",
    machineYaml("a").replace("v1alpha1", "v2"),
    '1: apiVersion: expected "remuda.dev/v1alpha1", got "remuda.dev/v2"',
  ),
  invalid(
    "Kubernetes' apiVersion",
    machineYaml("a").replace("remuda.dev/v1alpha1", "apps/v1"),
    '1: apiVersion: expected "remuda.dev/v1alpha1", got "apps/v1"',
  ),
  invalid(
    "an unknown kind",
    machineYaml("a").replace("VirtualMachine", "Pod"),
    '2: kind: unknown kind "Pod"; one of Provider, VirtualMachine, VMClass, VMImage, VMNetwork',
  ),
  invalid(
    "a kind in lower case",
    machineYaml("a").replace("VirtualMachine", "virtualmachine"),
    '2: kind: unknown kind "virtualmachine"; did you mean VirtualMachine?',
  ),
  {
    title: "a number for a kind",
    file: machineYaml("a").replace("VirtualMachine", "7"),
    status: 7,
    says: ["error: {file}:1: kind: expected a text such as VirtualMachine, got 7"],
  },
  invalid("an unknown field", machineYaml("a", "colour: red"), "9: spec.colour: unknown field"),
  invalid("a misspelt field", machineYaml("a", "powerstate: Off"), "9: spec.powerstate: unknown field; did you mean powerState?"),
  invalid(
    "a field one level too high",
    machineYaml("a", "memoryMiB: 512"),
    "9: spec.memoryMiB: unknown field; did you mean hardware.memoryMiB?",
  ),
  invalid("an unknown field beside spec", `${machineYaml("a")}colour: red\n`, "9: colour: unknown field"),
  invalid(
    "a unit in the number",
    resourceYaml("VMClass", "a", "{cpus: 2, memoryMiB: 4GiB}"),
    '5: spec.memoryMiB: expected integer ≥ 1 and ≤ 67108864, got "4GiB"',
  ),
  invalid(
    "another unit's field",
    resourceYaml("VMClass", "a", "{cpus: 2, memoryGiB: 4}"),
    "5: spec.memoryMiB: required: integer ≥ 1 and ≤ 67108864",
    "5: spec.memoryGiB: unknown field; did you mean memoryMiB?",
  ),
  invalid(
    "a text for a number",
    resourceYaml("VMClass", "a", '{cpus: "2", memoryMiB: 512}'),
    '5: spec.cpus: expected integer ≥ 1 and ≤ 4096, got "2"',
  ),
  invalid(
    "half a processor",
    resourceYaml("VMClass", "a", "{cpus: 0.5, memoryMiB: 512}"),
    "5: spec.cpus: expected integer ≥ 1 and ≤ 4096, got 0.5",
  ),
  invalid(
    "a negative number",
    resourceYaml("VMClass", "a", "{cpus: -1, memoryMiB: 512}"),
    "5: spec.cpus: expected integer ≥ 1 and ≤ 4096, got -1",
  ),
  invalid(
    "a huge number",
    resourceYaml("VMClass", "a", "{cpus: 2, memoryMiB: 1e30}"),
    "5: spec.memoryMiB: expected integer ≥ 1 and ≤ 67108864, got 1e+30",
  ),
  {
    title: "NaN",
    file: resourceYaml("VMClass", "a", "{cpus: .nan, memoryMiB: 512}"),
    status: 7,
    says: ["error: {file}:5: spec.cpus is NaN: expected a finite number"],
  },
  {
    title: "infinity",
    file: resourceYaml("VMClass", "a", "{cpus: .inf, memoryMiB: 512}"),
    status: 7,
    says: ["error: {file}:5: spec.cpus is Infinity: expected a finite number"],
  },
  {
    title: "a number beyond all floats",
    file: resourceYaml("VMClass", "a", "{cpus: 1e999, memoryMiB: 512}"),
    status: 7,
    says: ["error: {file}:5: spec.cpus is Infinity: expected a finite number"],
  },
  invalid(
    "nothing for a number",
    resourceYaml("VMClass", "a", "{cpus: , memoryMiB: 512}"),
    "5: spec.cpus: expected integer ≥ 1 and ≤ 4096, got null",
  ),
  invalid("a field left out", resourceYaml("VMClass", "a", "{cpus: 2}"), "5: spec.memoryMiB: required: integer ≥ 1 and ≤ 67108864"),
  invalid("no spec", resourceYaml("VMClass", "a", "").replace("spec: \n", ""), "1: spec: required: object"),
  invalid("a list for spec", resourceYaml("VMClass", "a", "[1]"), "5: spec: expected object, got a list of 1"),
  invalid(
    "a list for a text",
    machineYaml("a").replace("provider: sim", "provider: [sim]"),
    "6: spec.provider: expected string of at most 63 characters, got a list of 1",
  ),
  invalid(
    "a word that is no choice",
    machineYaml("a", "powerState: Running"),
    '9: spec.powerState: expected one of "On", "Off", "Suspended", got "Running"',
  ),
  invalid("yes for On", machineYaml("a", "powerState: true"), '9: spec.powerState: expected one of "On", "Off", "Suspended", got true'),
  invalid("class and hardware", machineYaml("a", "hardware: {cpus: 1, memoryMiB: 512}"), "9: spec.hardware: class or hardware, not both"),
  invalid("image and source", machineYaml("a", "source: {empty: true}"), "9: spec.source: exactly one of image and source"),
  invalid("neither image nor source", machineYaml("a").replace("  image: debian\n", ""), "6: spec.image: exactly one of image and source"),
  invalid(
    "two sources",
    machineYaml("a").replace("  image: debian\n", "  source: {empty: true, disk: d}\n"),
    "8: spec.source: exactly one of template, disk, offer, instanceType, existing, empty",
  ),
  invalid(
    "a disk named twice",
    machineYaml("a", "disks: [{name: d, sizeGiB: 1}, {name: d, sizeGiB: 2}]"),
    "9: spec.disks[1].name: d is there already",
  ),
  invalid(
    "a disk of no size",
    machineYaml("a", "disks: [{name: d, sizeGiB: 0}]"),
    "9: spec.disks[0].sizeGiB: expected integer ≥ 1 and ≤ 65536, got 0",
  ),
  invalid(
    "two boot disks",
    machineYaml("a", "disks: [{name: d, sizeGiB: 1, boot: true}, {name: e, sizeGiB: 2, boot: true}]"),
    "9: spec.disks[1].boot: another disk is the boot disk already",
  ),
  invalid(
    "a multicast MAC address",
    machineYaml("a", 'interfaces: [{name: n, network: lan, macAddress: "01:00:5e:00:00:01"}]'),
    '9: spec.interfaces[0].macAddress: expected six lower-case hex octets such as 52:54:00:12:34:56, not a multicast address, got "01:00:5e:00:00:01"',
  ),
  invalid(
    "an address without a prefix",
    machineYaml("a", "interfaces: [{name: n, network: lan, addresses: [10.0.0.1]}]"),
    '9: spec.interfaces[0].addresses[0]: expected IPv4 address with prefix length such as 192.0.2.10/24 or IPv6 address with prefix length such as 2001:db8::10/64, got "10.0.0.1"',
  ),
  invalid(
    "an address that can't be",
    machineYaml("a", "interfaces: [{name: n, network: lan, addresses: [10.0.0.256/24]}]"),
    '9: spec.interfaces[0].addresses[0]: expected IPv4 address with prefix length such as 192.0.2.10/24 or IPv6 address with prefix length such as 2001:db8::10/64, got "10.0.0.256/24"',
  ),
  invalid(
    "too many disks",
    machineYaml("a", `disks: [${Array.from({ length: 65 }, (_, i) => `{name: d${i}, sizeGiB: 1}`).join(", ")}]`),
    "9: spec.disks: expected list of at most 64 items, got a list of 65",
  ),
  invalid(
    "a label key with spaces",
    machineYaml("a", "", 'labels: {"my app": web}'),
    '5: metadata.labels["my app"]: expected a label key such as app or example.com/app, got "my app"',
  ),
  invalid(
    "a label value of 64 characters",
    machineYaml("a", "", `labels: {app: ${"x".repeat(64)}}`),
    "5: metadata.labels.app: expected at most 63 letters, digits, '-', '_' and '.', got \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\"",
  ),
  invalid("a label that is a number", machineYaml("a", "", "labels: {app: 1}"), "5: metadata.labels.app: expected string, got 1"),
  invalid(
    "an annotation that is a list",
    machineYaml("a", "", "annotations: {note: [a]}"),
    "5: metadata.annotations.note: expected string, got a list of 1",
  ),
  invalid(
    "annotations beyond all measure",
    machineYaml("a", "", `annotations: {note: ${"x".repeat(300_000)}}`),
    "5: metadata.annotations: expected at most 256 KiB in all keys and values, got 293 KiB",
  ),
  invalid(
    "a restart at no time",
    machineYaml("a", "", 'annotations: {"remuda.dev/restart-requested-at": soon}'),
    '5: metadata.annotations["remuda.dev/restart-requested-at"]: expected a time such as 2026-01-02T03:04:05Z, got "soon"',
  ),
  invalid("an unknown field of metadata", machineYaml("a", "", "namespace: default"), "5: metadata.namespace: unknown field"),
  invalid(
    "a provider's address without a port",
    resourceYaml("Provider", "a", "{address: 127.0.0.1}"),
    '5: spec.address: expected host:port, [ipv6]:port or unix:/path, got "127.0.0.1"',
  ),
  invalid(
    "a provider's port that can't be",
    resourceYaml("Provider", "a", "{address: '127.0.0.1:70000'}"),
    "5: spec.address: expected a port from 1 to 65535, got 70000",
  ),
  invalid(
    "plaintext to another machine",
    resourceYaml("Provider", "a", "{address: 'far.example:7710'}"),
    "5: spec.tls: required: far.example:7710 is not loopback. For plaintext say insecure: true",
  ),
  invalid(
    "half of a certificate",
    resourceYaml("Provider", "a", "{address: 'far.example:7710', tls: {key: {name: s, key: k}}}"),
    "5: spec.tls: certificate and key go together",
  ),
  invalid(
    "a secret's path out of its folder",
    resourceYaml("Provider", "a", "{address: 'far.example:7710', tls: {ca: {name: ../../etc, key: passwd}}}"),
    "5: spec.tls.ca.name: expected lower-case letters, digits and '-', beginning and ending with a letter or digit, got \"../../etc\"",
  ),
  invalid(
    "two ways to user data",
    machineYaml("a", "cloudInit: {userData: x, userDataFrom: {name: s, key: k}}"),
    "9: spec.cloudInit: userData or userDataFrom, not both",
  ),
  invalid(
    "eight things wrong at once",
    machineYaml(
      "a",
      "colour: red\npowerState: Up\ndisks: [{name: D, sizeGiB: big}]\nmarket: {type: Free}\nshutdownTimeoutSeconds: -1\nupdatePolicy: Never\nrecreatePolicy: Always",
    ),
    "11: spec.disks[0].name: expected lower-case letters, digits and '-', beginning and ending with a letter or digit, got \"D\"",
    '11: spec.disks[0].sizeGiB: expected integer ≥ 1 and ≤ 65536, got "big"',
    '12: spec.market.type: expected one of "OnDemand", "Spot", got "Free"',
    '10: spec.powerState: expected one of "On", "Off", "Suspended", got "Up"',
    "13: spec.shutdownTimeoutSeconds: expected integer ≥ 0 and ≤ 3600, got -1",
    '14: spec.updatePolicy: expected one of "Live", "Restart", got "Never"',
    '15: spec.recreatePolicy: expected one of "Never", "IfMissing", got "Always"',
    "9: spec.colour: unknown field",
  ),
];
