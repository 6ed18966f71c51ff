import { expect, it } from "vitest";
import { parseDocuments } from "../documents";
import { textAt } from "../field-path";
import { pointAtSimulator } from "./sim-address";

const documents = ["127.0.0.1:7710", "localhost:7710", "127.0.0.1:7720", "hypervisor:7710"].flatMap((address, i) =>
  parseDocuments(
    `{ apiVersion: v1, kind: Provider, metadata: { name: p${i} }, spec: { address: "${address}", rateLimit: 5 } }`,
    `p${i}.yaml`,
  ),
);

it("points Providers with the simulator's usual address, and no others, at where it listens", () => {
  const told: string[] = [];
  const pointed = pointAtSimulator(documents, "127.0.0.1:9999", (line) => told.push(line));
  expect(pointed.map((d) => textAt(d.resource, "spec.address"))).toEqual([
    "127.0.0.1:9999",
    "127.0.0.1:9999",
    "127.0.0.1:7720",
    "hypervisor:7710",
  ]);
  expect(pointed[0]?.resource.spec).toMatchObject({ rateLimit: 5 });
  expect(told).toEqual([
    "provider/p0 gets the address 127.0.0.1:9999, where this simulator listens (p0.yaml:1 says 127.0.0.1:7710)",
    "provider/p1 gets the address 127.0.0.1:9999, where this simulator listens (p1.yaml:1 says localhost:7710)",
  ]);
});

it("changes nothing where the simulator listens as usual", () => {
  expect(pointAtSimulator(documents, "127.0.0.1:7710", () => expect.fail("told"))).toBe(documents);
});
