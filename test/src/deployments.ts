import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { bundles, repository } from "./program";

export type Service = "manager" | "provider-sim";

/** How deploy/ starts a service. */
export interface CommandLine {
  where: string;
  service: Service;
  /** Flag without dashes → value; "" for a switch. */
  flags: Map<string, string>;
}

export const deploy = (path: string) => join(repository, "deploy", path);
const text = (path: string) => readFileSync(deploy(path), "utf8");
const serviceSchema = z.enum(["manager", "provider-sim"]);

/** All documents of a YAML file; throws where one is not well-formed. */
export const documents = (path: string): unknown[] =>
  parseAllDocuments(text(path), { merge: true }).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS();
  });

function flagsOf(words: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(words[at] ?? "") ?? [];
    if (name === undefined) throw new Error(`${words[at]} is no flag`);
    const next = words[at + 1];
    if (value === undefined && next !== undefined && !next.startsWith("--")) at++;
    flags.set(name, value ?? (next?.startsWith("--") ? "" : (next ?? "")));
  }
  return flags;
}

/** The flags that a service knows, by its --help. */
export function knownFlags(service: Service): Set<string> {
  const help = execFileSync(process.execPath, [bundles[service], "--help"], { encoding: "utf8" });
  return new Set([...help.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name ?? ""));
}

const volume = z.string().transform((mount) => {
  const [source = "", target = "", mode = "rw"] = mount.split(":");
  return { source, target, mode };
});
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      build: z.object({ context: z.string(), dockerfile: z.string(), args: z.object({ SERVICE: serviceSchema }) }).optional(),
      command: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
      volumes: z.array(volume).default([]),
      networks: z.array(z.string()),
      read_only: z.boolean().optional(),
      cap_drop: z.array(z.string()).optional(),
    }),
  ),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});
export const compose = () => composeSchema.parse(documents("compose.yaml")[0]);

const port = z.object({ name: z.string(), containerPort: z.number() });
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const mount = z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() });
const container = z.object({
  name: serviceSchema,
  image: z.string(),
  args: z.array(z.string()),
  ports: z.array(port),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }), limits: z.object({ memory: z.string() }) }),
  securityContext: z.unknown(),
  volumeMounts: z.array(mount),
});
const labels = z.record(z.string(), z.string());
const metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels: labels.optional() });
const policyRule = z.object({ ports: z.array(z.object({ port: z.union([z.string(), z.number()]) })) });
const objectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Namespace"), metadata }),
  z.object({
    kind: z.literal("Service"),
    metadata,
    spec: z.object({ selector: labels, ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })) }),
  }),
  z.object({
    kind: z.literal("StatefulSet"),
    metadata,
    spec: z.object({
      serviceName: z.string(),
      replicas: z.literal(1),
      selector: z.object({ matchLabels: labels }),
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.object({
          securityContext: z.unknown(),
          containers: z.tuple([container]),
          volumes: z.array(z.object({ name: z.string() })),
        }),
      }),
      volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })),
    }),
  }),
  z.object({
    kind: z.literal("NetworkPolicy"),
    metadata,
    spec: z.object({
      podSelector: z.object({ matchLabels: labels }),
      policyTypes: z.tuple([z.literal("Ingress"), z.literal("Egress")]),
      ingress: z.array(policyRule),
    }),
  }),
]);
export type KubernetesObject = z.output<typeof objectSchema>;
export const ofKind = <K extends KubernetesObject["kind"]>(objects: KubernetesObject[], kind: K) =>
  objects.filter((object): object is Extract<KubernetesObject, { kind: K }> => object.kind === kind);

export const kubernetes = (): KubernetesObject[] =>
  readdirSync(deploy("kubernetes")).flatMap((file) => documents(`kubernetes/${file}`).map((document) => objectSchema.parse(document)));

/** The ExecStart of a unit; a template's instance is the simulator. */
function unit(file: string): CommandLine {
  const [, line = ""] = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(text(`systemd/${file}`)) ?? [];
  const [, path = "", ...words] = line.replaceAll("\\\n", " ").replaceAll("%i", "sim").trim().split(/\s+/);
  const service = serviceSchema.parse(/^\/usr\/lib\/remuda\/([a-z-]+)\/main\.cjs$/.exec(path)?.[1]);
  return { where: `systemd/${file}`, service, flags: flagsOf(words) };
}

export const commandLines = (): CommandLine[] => [
  ...Object.values(compose().services).flatMap(({ build, command }) =>
    build ? [{ where: "compose.yaml", service: build.args.SERVICE, flags: flagsOf(command) }] : [],
  ),
  ...ofKind(kubernetes(), "StatefulSet").map(({ spec }) => {
    const [{ name, args }] = spec.template.spec.containers;
    return { where: "kubernetes", service: name, flags: flagsOf(args) };
  }),
  unit("remuda-manager.service"),
  unit("remuda-provider@.service"),
];
