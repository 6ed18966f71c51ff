import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { completionScripts } from "./completion-scripts";
import { runCli } from "./testing/run-cli";

describe("the command line", () => {
  it("names the nearest command and flag, with status 2", async () => {
    expect(await runCli("gte vm")).toMatchObject({ status: 2, err: expect.stringContaining("Did you mean get?") });
    expect(await runCli("get vm --wach")).toMatchObject({ status: 2, err: expect.stringContaining("--watch") });
    expect(await runCli("apply")).toMatchObject({ status: 2, err: expect.stringContaining("--filename") });
    expect((await runCli("")).status).toBe(2);
  });

  it("says what to do when no manager is there", async () => {
    const result = await runCli("get vm --server 127.0.0.1:1");
    expect(result).toMatchObject({ status: 6, out: "" });
    expect(result.err).toContain("no manager at 127.0.0.1:1");
    expect(result.err).toContain("remuda up");
  });

  it("refuses plaintext to another machine", async () => {
    const result = await runCli("get vm --server remuda.example:7700");
    expect(result).toMatchObject({ status: 2, err: expect.stringContaining("plaintext") });
  });

  it("refuses a URL with a path and a token on the command line", async () => {
    expect((await runCli("get vm --server http://127.0.0.1:7700/x")).status).toBe(2);
    expect((await runCli("get vm --token secret")).status).toBe(2);
  });

  it("refuses what makes no sense before anything is started", async () => {
    expect(await runCli("up --once")).toMatchObject({ status: 2, err: expect.stringContaining("--apply") });
    expect(await runCli("up --apply /nowhere.yaml")).toMatchObject({ status: 3, err: expect.stringContaining("/nowhere.yaml") });
    expect((await runCli("up --logs loud")).status).toBe(2);
  });

  it("tells every exit status", async () => {
    const { out, status } = await runCli("help exit-status");
    expect(status).toBe(0);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130]) expect(out).toMatch(new RegExp(`^ +${code}  `, "m"));
  });

  it("shows help for every command", async () => {
    for (const name of ["up", "get", "apply", "delete", "wait", "power", "describe", "providers", "conformance", "completion"]) {
      const { out, status } = await runCli(`help ${name}`);
      expect([name, status]).toEqual([name, 0]);
      expect(out).toContain(`Usage: remuda ${name}`);
    }
  });

  it("wants to know which resources to wait for", async () => {
    expect((await runCli("wait vm --for phase=Running")).status).toBe(2);
    expect((await runCli("wait vm a --for nonsense")).status).toBe(2);
    expect((await runCli("delete vm")).status).toBe(2);
    expect((await runCli("wait vm a --for delete --timeout soon")).status).toBe(2);
  });

  it("completes without a manager", async () => {
    const { out } = await runCli(["__complete", "--", "get", "--server", "127.0.0.1:1", "vmi"]);
    expect(out).toBe("vmimages\n");
  });

  it("lists the conformance rules and refuses one that is not there", async () => {
    expect((await runCli("conformance --list")).out).toMatch(/^[a-z-]+: /);
    expect((await runCli("conformance 127.0.0.1:1 --only nonsense")).status).toBe(2);
  });
});

describe("completion", () => {
  it("prints scripts that bash can read", async () => {
    for (const shell of ["bash", "zsh", "fish"]) expect((await runCli(`completion ${shell}`)).out).toContain("remuda __complete");
    execFileSync("bash", ["-n"], { input: completionScripts.bash });
  });

  it("offers in bash what remuda answers", () => {
    const script = `remuda() { [ "$1 $2 $3 $4" = "__complete -- get v" ] && printf 'vm\\nvmclasses\\n'; }
${completionScripts.bash}
COMP_WORDS=(remuda get v); COMP_CWORD=2; _remuda; printf '%s,' "\${COMPREPLY[@]}"`;
    expect(execFileSync("bash", ["-c", script], { encoding: "utf8" })).toBe("vm,vmclasses,");
  });
});
