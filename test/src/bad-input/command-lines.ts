import type { BadInput } from "./case";

const line = (title: string, text: string, status: number, says: readonly string[]): BadInput => ({
  title,
  args: text.split(" "),
  status,
  says,
});

/** Wrong words, flags and selectors. */
export const badCommandLines: readonly BadInput[] = [
  line("no such command", "gte vm", 2, ["error: unknown command 'gte'", "  Did you mean get?"]),
  line("no such flag", "get vm --wach", 2, ["error: unknown option '--wach'", "  Did you mean --watch?"]),
  line("no such kind", "get pods", 3, [
    'error: there is no kind "pods"',
    "  there are providers, virtualmachines, vmclasses, vmimages, vmnetworks",
  ]),
  line("nothing of that name", "get vm nobody", 3, ["error: there is no VirtualMachine nobody"]),
  line("a name that can't be, got", "get vm ../../etc/passwd", 3, ["error: there is no VirtualMachine ../../etc/passwd"]),
  line("an empty name", "get vm ", 7, ["error: name: required: the resource's name"]),
  line("nothing to delete", "delete vm nobody --timeout 1s", 3, ["error: there is no VirtualMachine nobody"]),
  line("nothing to stop", "power off nobody --timeout 1s", 3, ["error: there is no VirtualMachine nobody"]),
  line("a selector of labels with a space", "get vm -l app==web,,tier=db", 7, [
    'error: labelSelector: "app==web,,tier=db": a term between commas is empty',
  ]),
  line("a selector that is not closed", "get vm -l env.in(a,b", 7, ['error: labelSelector: "env.in(a,b": the parentheses don\'t match']),
  line("a selector with a wrong key", "get vm -l -app=web", 7, ['error: labelSelector: "-app=web": "-app" is not a label key']),
  line("a selector of fields without a value", "get vm --field-selector status.phase", 7, [
    'error: fieldSelector: "status.phase": expected FIELD=VALUE or FIELD!=VALUE',
  ]),
  line("a selector of fields that no kind has", "get vm --field-selector status.phse=Running", 7, [
    'error: fieldSelector: "status.phse=Running": a VirtualMachine has no such field; did you mean status.phase?',
  ]),
  line("a selector of 5000 characters", `get vm -l ${"a".repeat(5000)}`, 7, ["error: labelSelector: longer than 4096 characters"]),
  line("no such output", "get vm -o xml", 2, [
    'error: there is no output "xml"',
    "  there are yaml, json, wide, name, custom-columns=NAME:.path,… and jsonpath={.path}",
  ]),
  line("a path for columns that is none", "get vm -o custom-columns=NAME:.metadata[", 2, [
    'error: custom-columns: NAME: ".metadata[" is no path: its dots or brackets don\'t match',
    '  write .status.host, .spec.disks[0].name or .metadata.labels["a.b/c"]',
  ]),
  line("a path for order that is none", "get vm --sort-by metadata..name", 2, [
    'error: --sort-by: "metadata..name" is no path: its dots or brackets don\'t match',
    '  write .status.host, .spec.disks[0].name or .metadata.labels["a.b/c"]',
  ]),
  line("a duration without sense", "wait vm a --for delete --timeout soon", 2, [
    'error: "soon" is no duration',
    "  write it like 30s, 5m or 1h30m",
  ]),
  line("a negative duration", "wait vm a --for delete --timeout=-5s", 2, [
    'error: "-5s" is no duration',
    "  write it like 30s, 5m or 1h30m",
  ]),
  line("a condition without sense", "wait vm a --for nonsense", 2, [
    'error: can\'t wait for "nonsense"',
    "  write condition=Ready, condition=Ready=False, phase=Running, delete or FIELD=VALUE",
  ]),
  line("no such file", "apply -f /nowhere/at/all.yaml", 3, ["error: there is no file /nowhere/at/all.yaml"]),
  line("a folder without resources", "apply -f /dev/shm", 3, [
    "error: /dev/shm holds no .yaml, .yml or .json file",
    "  folders in it count with -R",
  ]),
  line("a server with a path", "get vm --server http://127.0.0.1:7700/x", 2, [
    'error: "http://127.0.0.1:7700/x" is no server',
    "  write it like 127.0.0.1:7700 or https://remuda.example:7700",
  ]),
  line("a server that is no address", "get vm --server 127.0.0.1:port", 2, [
    'error: "127.0.0.1:port" is no server',
    "  write it like 127.0.0.1:7700 or https://remuda.example:7700",
  ]),
  line("plaintext to another machine", "get vm --server remuda.example", 2, [
    "error: remuda.example:7700 is not this machine, and the connection would be plaintext",
    "  use https://remuda.example:7700 (with --tls-ca FILE for a private authority), or --insecure if the network is trusted",
  ]),
  line("adoption from a provider that is not there", "adopt nobody --list", 3, ["error: there is no Provider nobody"]),
  line("an orphan of nobody's", "orphans delete nobody uid --yes", 3, ["error: there is no Provider nobody"]),
  line("no such field to explain", "explain vm.spec.colour", 7, ["error: spec.colour: no such field"]),
];
