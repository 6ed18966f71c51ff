import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { VsphereError } from "./error";
import { isXmlText } from "./xml-characters";
import { parseXml, type XmlElement } from "./xml-parse";
import { xmlElement, xmlText } from "./xml-write";

const refused = (text: string, bounds?: Parameters<typeof parseXml>[1]) => {
  try {
    return parseXml(text, bounds);
  } catch (error) {
    return error instanceof VsphereError ? error.problem : error;
  }
};

describe("hostile XML", () => {
  test.each([
    ["a document type", "<!DOCTYPE a><a/>"],
    ["an entity", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ["an external entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ["a processing instruction", "<a><?php x?></a>"],
    ["an unknown reference", "<a>&nbsp;</a>"],
    ["a bare ampersand", "<a>a & b</a>"],
    ["a reference to no character", "<a>&#0;</a>"],
    ["a reference to a surrogate", "<a>&#xD800;</a>"],
    ["a reference beyond Unicode", "<a>&#x110000;</a>"],
    ["a control character", "<a>\u0001</a>"],
    ["two roots", "<a/><b/>"],
    ["text before the root", "x<a/>"],
    ["text after the root", "<a/>x"],
    ["crossed elements", "<a><b></a></b>"],
    ["another prefix at the end", "<p:a xmlns:p='x'></q:a>"],
    ["an attribute twice", '<a b="1" b="2"/>'],
    ["an attribute without quotes", "<a b=1/>"],
    ["< in an attribute", '<a b="<"/>'],
    ["an end without a beginning", "</a>"],
    ["an open comment", "<a><!-- x</a>"],
    ["open CDATA", "<a><![CDATA[x</a>"],
    ["nothing", ""],
    ["only a declaration", '<?xml version="1.0"?>'],
  ])("%s is refused", (_, text) => {
    expect(refused(text)).toBe("PROTOCOL");
  });

  test("what is cut off anywhere is refused", () => {
    const whole = '<?xml version="1.0"?><a b="c"><d>e &amp; f</d><g/><!-- h --><![CDATA[<i>]]></a>';
    expect(refused(whole)).toMatchObject({ name: "a" });
    for (let length = 0; length < whole.length; length++) expect(refused(whole.slice(0, length)), whole.slice(0, length)).toBe("PROTOCOL");
  });

  test("depth and length are bounded", () => {
    const deep = (levels: number) => "<a>".repeat(levels) + "</a>".repeat(levels);
    expect(refused(deep(64))).toMatchObject({ name: "a" });
    expect(refused(deep(65))).toBe("PROTOCOL");
    expect(refused("<a>123456</a>", { maxLength: 10, maxDepth: 9 })).toBe("PROTOCOL");
  });

  test("long runs that nearly match don't take long", () => {
    const begun = performance.now();
    for (const text of [
      `<a ${"b ".repeat(20_000)}`,
      `<${"a".repeat(200_000)}`,
      `<a${" ".repeat(50_000)}<`,
      `<a ${'b="c" '.repeat(5_000)}<`,
    ])
      expect(refused(text)).toBe("PROTOCOL");
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe("what may come", () => {
  test("references, CDATA, comments and line ends are read as XML says", () => {
    const { text } = parseXml(
      "\ufeff<?xml version='1.0'?>\r\n<!-- a --><x>&lt;&#65;&#x1F40E;\r\n<![CDATA[&amp;<]]>\r<!-- b -->&apos;</x>\n",
    );
    expect(text).toBe("<A\u{1f40e}\n&amp;<\n'");
  });

  test("any text comes back as it was", () => {
    const text = fc.string({ unit: "binary" }).filter(isXmlText);
    fc.assert(
      fc.property(text, (value) => {
        const parsed = parseXml(xmlElement("x", ` type="${xmlText(value)}"`, xmlText(value)));
        expect([parsed.text, parsed.objectType]).toEqual([value, value]);
      }),
    );
  });

  test("another parser reads the same elements", () => {
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.stringMatching(/^[a-z]{1,5}$/).map((word) => `<leaf>${word}</leaf>`),
        fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((nodes) => `<node>${nodes.join("")}</node>`),
      ),
    })).node;
    const judge = new XMLParser({ preserveOrder: true, parseTagValue: false });
    const asOurs = (nodes: Record<string, unknown>[]): unknown[] =>
      nodes.flatMap((node) =>
        Object.entries(node).map(([name, value]) => (name === "#text" ? value : [name, ...asOurs(value as Record<string, unknown>[])])),
      );
    const plain = ({ name, children, text }: XmlElement): unknown[] => [name, ...(children.length > 0 ? children.map(plain) : [text])];
    fc.assert(
      fc.property(tree, (text) => {
        expect([plain(parseXml(text))]).toEqual(asOurs(judge.parse(text)));
      }),
    );
  });
});
