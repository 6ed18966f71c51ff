import type { SourceDocument } from "../documents";
import { isObject, textAt } from "../field-path";

/** Where the simulator listens unless it is told otherwise, and what examples name. */
export const usualSimAddress = "127.0.0.1:7710";

const usual = new Set([usualSimAddress, "localhost:7710", "[::1]:7710"]);

/**
 * Providers that name the simulator's usual address get the one where it listens this time, and it is told. Left as they are, they would drive
 * what listens there instead: the simulator of another home.
 */
export function pointAtSimulator(
  documents: readonly SourceDocument[],
  address: string,
  tell: (line: string) => void,
): readonly SourceDocument[] {
  if (usual.has(address)) return documents;
  return documents.map((document) => {
    const { key, resource, where } = document;
    const named = textAt(resource, "spec.address");
    if (key.kind !== "Provider" || !usual.has(named) || !isObject(resource.spec)) return document;
    tell(`provider/${key.name} gets the address ${address}, where this simulator listens (${where} says ${named})`);
    return { ...document, resource: { ...resource, spec: { ...resource.spec, address } } };
  });
}

/** Warnings of Providers that name the simulator's usual address, where that of this home listens elsewhere. What a file says counts all the same. */
export const elsewhere = (documents: readonly SourceDocument[], address: string | undefined): string[] =>
  documents.flatMap(({ key, resource, locate }) => {
    const named = textAt(resource, "spec.address");
    if (address === undefined || usual.has(address) || key.kind !== "Provider" || !usual.has(named)) return [];
    return [`this home's simulator listens at ${address}; ${locate("spec.address")} says ${named}`];
  });
