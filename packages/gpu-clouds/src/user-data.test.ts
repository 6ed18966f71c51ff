import { describe, expect, it } from "vitest";
import { markOfTags, markOfText, markOfWords, markTags, markText, markWords } from "./mark";
import { createRedaction } from "./redact";
import { cloudInit, startScript } from "./user-data";

const key = "ssh-ed25519 AAAAkey someone@example";

describe("user data", () => {
  it("is the user's own where there are no keys, and a Talos machine config stays as it is with keys too", () => {
    expect(cloudInit({ userData: "#cloud-config\n", sshKeys: [] })).toBe("#cloud-config\n");
    const talos = "version: v1alpha1\nmachine:\n  type: worker\n";
    expect(cloudInit({ userData: talos, sshKeys: [key] })).toBe(talos);
  });
  it("takes keys beside the user's part, which stays whole", () => {
    const both = cloudInit({ userData: "#!/bin/sh\necho hello\n", sshKeys: [key] });
    expect(both).toMatch(/^Content-Type: multipart\/mixed; boundary="(remuda-[0-9a-f]+)"/);
    expect(both).toContain("Content-Type: text/x-shellscript");
    expect(both).toContain("#!/bin/sh\necho hello\n");
    expect(both).toContain(`- ${JSON.stringify(key)}`);
  });
  it("refuses what is neither script nor cloud-config where keys have to go in", () => {
    expect(() => cloudInit({ userData: "hello", sshKeys: [key] })).toThrow(/must begin with/);
  });
  it("as a start script installs the keys first, and takes nothing but a script", () => {
    expect(startScript({ userData: "#!/bin/bash\necho hello", sshKeys: [key] })).toMatch(
      /^#!\/bin\/bash\nmkdir -p ~\/\.ssh[\s\S]*AAAAkey[\s\S]*echo hello/,
    );
    expect(() => startScript({ userData: "#cloud-config\n", sshKeys: [] })).toThrow(/start script/);
    expect(startScript({ userData: "", sshKeys: ["ssh-ed25519 AAAA o'neill"] })).toContain("'ssh-ed25519 AAAA o'\\''neill'");
  });
});

describe("marks", () => {
  const mark = { owner: "home-1", uid: "5b1c4f0e-8c0a-4e0b-9c55-0d5d4b7e3f11", name: "train-1" };
  it("are read back from tags, words and texts", () => {
    expect(markOfTags(markTags(mark))).toEqual(mark);
    expect(markOfWords(["other", ...markWords(mark)])).toEqual(mark);
    expect(markOfText(markText(mark))).toEqual(mark);
  });
  it("that lack a part are none", () => {
    expect(markOfTags({ "remuda-owner": "home-1", "remuda-uid": mark.uid })).toBeUndefined();
    expect(markOfText("my instance")).toBeUndefined();
    expect(markOfText(null)).toBeUndefined();
    expect(markOfWords([])).toBeUndefined();
  });
});

describe("redaction", () => {
  it("takes secrets out of texts, as they are, encoded, and after Bearer", () => {
    const redact = createRedaction(["s3cret/with+signs", ""]);
    expect(redact("a s3cret/with+signs b")).toBe("a [redacted] b");
    expect(redact("?k=s3cret%2Fwith%2Bsigns")).toBe("?k=[redacted]");
    expect(redact("authorization: Bearer abcdefghijkl")).toBe("authorization: Bearer [redacted]");
  });
});
