import type { Domain, Libvirt } from "@remuda/libvirt-client";
import { affect, metadataElement } from "./flags";
import { buildXml, type Element, findAll, type Xml } from "./xml";

/** The project's own namespace in a domain's metadata. */
const namespace = "https://remuda.dev/xmlns/libvirt/1";
const namespaceKey = "remuda";

/** A volume that was made for a machine. */
export interface MadeVolume {
  pool: string;
  name: string;
  /** Kept when the machine is deleted. */
  retain: boolean;
}

/** How far a machine is. */
type Stage = "creating" | "made" | "deleting";

/** What is kept with a machine: whose it is, what was asked, and what was made for it. */
export interface Marks {
  uid: string;
  owner: string;
  stage: Stage;
  specHash: string;
  /** ISO 8601. */
  created: string;
  /** Exactly these are deleted with it. */
  volumes: readonly MadeVolume[];
  labels: Readonly<Record<string, string>>;
}

/** As the root's children are written: libvirt itself gives the root its namespace where the marks are changed. */
const marksBody = ({ uid, owner, stage, specHash, created, volumes, labels }: Marks): Xml => ({
  "@uid": uid,
  "@owner": owner,
  "@stage": stage,
  "@spec-hash": specHash,
  "@created": created,
  volume: volumes.map(({ pool, name, retain }) => ({ "@pool": pool, "@name": name, "@retain": retain ? "yes" : undefined })),
  label: Object.entries(labels).map(([key, value]) => ({ "@key": key, "@value": value })),
});

/** The marks as a part of a whole definition. */
export const marksXml = (marks: Marks): Xml => ({
  [`${namespaceKey}:machine`]: { [`@xmlns:${namespaceKey}`]: namespace, ...marksBody(marks) },
});

/** Puts the marks in the place of those that the machine bears. */
export async function writeMarks(virt: Libvirt, dom: Domain, marks: Marks, active: boolean, signal?: AbortSignal): Promise<void> {
  const metadata = buildXml({ machine: marksBody(marks) });
  const flags = affect.config | (active ? affect.live : 0);
  await virt.call("domainSetMetadata", { dom, type: metadataElement, metadata, key: namespaceKey, uri: namespace, flags }, { signal });
}

const stages: readonly string[] = ["creating", "made", "deleting"] satisfies Stage[];

/** The marks in a domain's metadata; undefined on a machine that bears none. */
export function readMarks(metadata: Element | undefined): Marks | undefined {
  const machine = findAll(metadata, "machine").find(
    ({ attributes }) => attributes["xmlns:remuda"] === namespace || attributes.xmlns === namespace,
  );
  if (!machine) return undefined;
  const { uid = "", owner = "", stage = "", "spec-hash": specHash = "", created = "" } = machine.attributes;
  if (uid === "" || !stages.includes(stage)) return undefined;
  return {
    uid,
    owner,
    // One of the stages, as was just seen.
    stage: stage as Stage,
    specHash,
    created,
    volumes: findAll(machine, "volume").map(({ attributes: { pool = "", name = "", retain } }) => ({
      pool,
      name,
      retain: retain === "yes",
    })),
    labels: Object.fromEntries(findAll(machine, "label").map(({ attributes: { key = "", value = "" } }) => [key, value])),
  };
}
