import { expect, test } from "vitest";
import { readConfig } from "../config";
import { createOrigins } from "./origins";

test("the newest request counts, until it is taken back or done; the oldest are forgotten", () => {
  const origins = createOrigins(2);
  origins.begin(["a"], "first");
  const takeBack = origins.begin(["a"], "second");
  expect(origins.of("a")).toBe("second");
  origins.settled("a", "first");
  expect(origins.of("a")).toBe("second");
  takeBack("a");
  expect(origins.of("a")).toBe("first");
  origins.begin(["b", "c"], "third");
  expect(["a", "b", "c"].map(origins.of)).toEqual([undefined, "third", "third"]);
  origins.settled("b", "third");
  expect(origins.of("b")).toBeUndefined();
});

test("the endpoint is given by flag, by the manager's variable or by the common one, in this order", () => {
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:1" };
  const own = { ...common, REMUDA_OTLP_ENDPOINT: "http://b:1" };
  expect(readConfig([], {}).otlpEndpoint).toBeUndefined();
  expect(readConfig([], common).otlpEndpoint).toBe("http://c:1");
  expect(readConfig([], own).otlpEndpoint).toBe("http://b:1");
  expect(readConfig(["--otlp-endpoint", "https://a"], own).otlpEndpoint).toBe("https://a");
  expect(() => readConfig(["--otlp-endpoint", "a:1"], {})).toThrow("--otlp-endpoint: expected an http or https URL");
});
