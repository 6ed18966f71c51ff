import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frozenCopy } from "./json";

const json = fc.jsonValue({ depthSize: "medium" });

describe("a frozen copy", () => {
  it("says what JSON says of the value, whatever was there before", () =>
    fc.assert(
      fc.property(json, json, fc.boolean(), (value, other, related) => {
        const before = frozenCopy(related ? { ...Object(value), other } : other);
        expect(frozenCopy(value, before)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    ));

  it("drops undefined, turns dates into strings, and numbers that JSON lacks into what it has", () => {
    const value = { a: undefined, b: [undefined, Number.NaN, -0], c: new Date(0), d: () => 1 };
    expect(frozenCopy(value)).toEqual({ b: [null, null, 0], c: "1970-01-01T00:00:00.000Z" });
    expect(Object.is((frozenCopy(value) as { b: unknown[] }).b[2], 0)).toBe(true);
  });

  it("takes each part that did not change from what was there", () => {
    const before = frozenCopy({ phase: "On", conditions: [{ type: "A" }, { type: "B" }], host: { name: "h" } });
    const after = frozenCopy({ host: { name: "h" }, conditions: [{ type: "A" }, { type: "C" }], phase: "On" }, before);
    expect(after.host).toBe(before.host);
    expect(after.conditions[0]).toBe(before.conditions[0]);
    expect(after.conditions[1]).toEqual({ type: "C" });
    expect(frozenCopy({ host: { name: "h" }, phase: "On", conditions: [{ type: "A" }, { type: "B" }] }, before)).toBe(before);
    expect(frozenCopy({ ...before, host: undefined }, before)).toEqual({ phase: "On", conditions: [{ type: "A" }, { type: "B" }] });
  });

  it("keeps a key named __proto__ a key", () => {
    const copy = frozenCopy(JSON.parse('{"__proto__": {"a": 1}, "b": 2}'));
    expect(Object.keys(copy)).toEqual(["__proto__", "b"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });
});
