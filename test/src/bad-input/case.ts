/** Something wrong that is given to `remuda`, and all that it says about it. */
export interface BadInput {
  title: string;
  /** What `remuda` is called with; {file} is the file's path. Left out: it is applied. */
  args?: readonly string[];
  /** What stands in the file; bytes that are no text can be given too. */
  file?: string | Uint8Array;
  status: number;
  /** The lines of standard error, all of them, with {file} for the file's path and {uid} and {version} for a resource's. */
  says: readonly string[];
}

/** A resource's YAML: a machine that would be taken, but for what is put into it. */
export const machineYaml = (name: string, spec = "", metadata = ""): string =>
  `apiVersion: remuda.dev/v1alpha1
kind: VirtualMachine
metadata:
  name: ${name}${metadata === "" ? "" : `\n  ${metadata.replaceAll("\n", "\n  ")}`}
spec:
  provider: sim
  class: small
  image: debian${spec === "" ? "" : `\n  ${spec.replaceAll("\n", "\n  ")}`}
`;

/** Any kind's YAML. */
export const resourceYaml = (kind: string, name: string, spec: string): string =>
  `apiVersion: remuda.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec: ${spec}\n`;
