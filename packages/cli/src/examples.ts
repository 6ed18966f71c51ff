/** How each command is called, for whoever left something out. */
const examples: Record<string, string> = {
  adopt: "remuda adopt sim --list",
  apply: "remuda apply -f web.yaml",
  completion: "remuda completion bash",
  conformance: "remuda conformance 127.0.0.1:7710",
  delete: "remuda delete vm web-1",
  describe: "remuda describe vm web-1",
  diff: "remuda diff -f web.yaml",
  edit: "remuda edit vm web-1",
  events: "remuda events vm web-1",
  explain: "remuda explain vm.spec.disks",
  get: "remuda get vm",
  logs: "remuda logs manager -f --since 5m",
  "orphans delete": "remuda orphans delete sim --all",
  power: "remuda power off web-1 --wait",
  "providers describe": "remuda providers describe sim",
  top: "remuda top --once",
  up: "remuda up --apply examples/quickstart.yaml",
  wait: "remuda wait vm web-1 --for condition=Ready",
};

/** "such as: remuda get vm", and where more is told. */
export const exampleOf = (command: string): string => {
  const example = examples[command];
  return `${example === undefined ? "" : `such as: ${example}; `}see \`remuda help ${command}\``;
};
