import { describe, expect, it } from "vitest";
import { createTable } from "./table";
import { cutTo, widthOf, wrap } from "./text-width";

const header = ["NAME", "PROVIDER", "CLASS", "STATUS", "POWER", "ADDRESSES", "AGE"];
const machine = (name: string, status = "Running") => [name, "rack-a-north", "small", status, "On", "10.77.0.4,fd00::1234:5678", "3s"];
const linesOf = (text: string) => text.split("\n").slice(0, -1);

describe("a table", () => {
  it("fits 60 columns: it leaves out what matters least, and never cuts a name or a status", () => {
    const text = createTable({ header, width: 60 }).render([machine("a-machine-with-quite-a-long-name", "Suspended"), machine("db-1")]);
    const [heading, first] = linesOf(text);
    expect(Math.max(...linesOf(text).map((l) => l.length))).toBeLessThanOrEqual(60);
    expect(heading).toBe("NAME                              STATUS     ADDRESSES …");
    expect(first).toBe("a-machine-with-quite-a-long-name  Suspended  10.77.0.4,fd00…");
  });

  it("shows all columns where they fit with less room between them", () => {
    expect(createTable({ header: ["NAME", "AGE"], width: 10 }).render([["web-1", "3s"]])).toBe("NAME   AGE\nweb-1  3s\n");
  });

  it("has its columns where its first rows put them; a longer cell moves only its own row", () => {
    const table = createTable({ header: ["NAME", "STATUS", "AGE"] });
    table.render([["web-1", "Running", "3s"]]);
    expect(
      linesOf(
        table.render([
          ["web-10000", "Running", "4s"],
          ["db-1", "Off", "5s"],
        ]),
      ),
    ).toEqual(["web-10000  Running  4s", "db-1    Off       5s"]);
  });

  it("wraps prose beside its row, and below it where the window is narrow", () => {
    const prose = { header: ["LAST", "REASON", "MESSAGE"], prose: true };
    const row = ["4s", "ImageNotFound", "there is no VMImage debain-12; apply one, or name another"];
    expect(linesOf(createTable({ ...prose, width: 60 }).render([row]))).toEqual([
      "LAST   REASON          MESSAGE",
      "4s     ImageNotFound   there is no VMImage debain-12; apply",
      "                       one, or name another",
    ]);
    expect(linesOf(createTable({ ...prose, width: 40 }).render([row]))).toEqual([
      "LAST  REASON",
      "4s    ImageNotFound",
      "    there is no VMImage debain-12; apply",
      "    one, or name another",
    ]);
    expect(linesOf(createTable(prose).render([row]))[1]).toBe(`4s     ImageNotFound   ${row[2]}`);
  });

  it("lines up what is two columns wide", () => {
    expect(
      linesOf(
        createTable({ header: ["A", "B"], noHeader: true }).render([
          ["東京", "x"],
          ["Zürich", "y"],
        ]),
      ),
    ).toEqual(["東京     x", "Zürich   y"]);
  });

  it("prints 10,000 rows in well under a second", () => {
    const table = createTable({ header, width: 100 });
    const rows = Array.from({ length: 500 }, (_, i) => machine(`web-${i}`));
    const begin = performance.now();
    for (let page = 0; page < 20; page++) table.render(rows);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

describe("text of a width", () => {
  it("is measured, cut and wrapped by what the terminal shows", () => {
    expect(["abc", "東京", "e\u0301"].map(widthOf)).toEqual([3, 4, 1]);
    expect([cutTo("東京都", 5), cutTo("abc", 3), cutTo("abcd", 3)]).toEqual(["東京…", "abc", "ab…"]);
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("東京", 1)).toEqual(["東", "京"]);
    expect(wrap("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
  });
});
