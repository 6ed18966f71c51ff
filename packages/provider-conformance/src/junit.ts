import { create } from "xmlbuilder2";
import { type RuleResult, summarize } from "./result";

/** The results as a JUnit XML document, for CI. */
export function toJunit(results: readonly RuleResult[], suite = "remuda provider conformance"): string {
  const { failed, skipped } = summarize(results);
  const root = create({ version: "1.0", encoding: "UTF-8" }).ele("testsuites");
  const suiteElement = root.ele("testsuite", {
    name: clean(suite),
    tests: results.length,
    failures: failed,
    errors: 0,
    skipped,
    time: seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  });
  for (const { id, title, outcome, message, durationMs } of results) {
    const testcase = suiteElement.ele("testcase", { classname: clean(suite), name: `${id}: ${title}`, time: seconds(durationMs) });
    const text = clean(message ?? "");
    // An attribute holds one line.
    const [line = ""] = text.split("\n", 1);
    if (outcome === "failed") testcase.ele("failure", { message: line }).txt(text);
    if (outcome === "skipped") testcase.ele("skipped", { message: line });
  }
  return root.end({ prettyPrint: true });
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);
// Characters that XML 1.0 has no way to write.
const clean = (text: string) => text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "�");
