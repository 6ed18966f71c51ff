import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { knownKeys } from "./known-hosts";

const key = (text: string) => Buffer.from(text).toString("base64");
const trusted = (text: string, host: string, port = 22) => knownKeys(text, host, port).trusted.map(String);

describe("known_hosts", () => {
  const salt = Buffer.from("01234567890123456789");
  const hash = createHmac("sha1", salt).update("[secret.example]:2222").digest("base64");
  const text = [
    "# comment ssh-ed25519 AAAA",
    `one,Two.example ssh-ed25519 ${key("A")}`,
    `*.lab,!bad.lab ssh-ed25519 ${key("B")}`,
    `[one]:2222 ssh-rsa ${key("C")} a comment`,
    `|1|${salt.toString("base64")}|${hash} ssh-ed25519 ${key("D")}`,
    `@revoked * ssh-ed25519 ${key("E")}`,
    `@cert-authority * ssh-ed25519 ${key("F")}`,
    "broken",
  ].join("\n");

  test.each([
    ["one", 22, ["A"]],
    ["TWO.example", 22, ["A"]],
    ["one", 2222, ["C"]],
    ["x.lab", 22, ["B"]],
    ["bad.lab", 22, []],
    ["secret.example", 2222, ["D"]],
    ["secret.example", 22, []],
    ["twoXexample", 22, []],
  ])("%s at %d", (host, port, keys) => {
    expect(trusted(text, host, port)).toEqual(keys);
    expect(knownKeys(text, host, port).revoked.map(String)).toEqual(["E"]);
  });
});
