import { describe, expect, test } from "vitest";
import { socketPaths } from "./dial/unix";
import { parseUri } from "./uri";

describe("libvirt's URIs", () => {
  test.each([
    ["qemu:///system", { transport: "unix", driver: "qemu", remoteName: "qemu:///system", host: undefined, session: false }],
    ["qemu+unix:///session", { transport: "unix", remoteName: "qemu:///session", session: true }],
    ["qemu://h.example/system", { transport: "tls", host: "h.example", remoteName: "qemu:///system" }],
    ["qemu+ssh://ann@h:2222/system?keyfile=/k%20y&mode=direct", { transport: "ssh", user: "ann", host: "h", port: 2222, mode: "direct" }],
    ["qemu+libssh2://[fe80::1%25eth0]/system", { transport: "ssh", host: "fe80::1%eth0" }],
    ["qemu+tls://[::1]:1/system", { transport: "tls", host: "::1", port: 1 }],
    ["test:///default", { transport: "unix", driver: "test", remoteName: "test:///default" }],
    ["remote+ssh://h/", { remoteName: "" }],
    ["qemu+ssh://h/system?name=qemu:///embed", { remoteName: "qemu:///embed" }],
  ])("%s", (uri, expected) => {
    expect(parseUri(uri)).toMatchObject(expected);
  });

  test.each([
    ["qemu", /look like/],
    ["qemu+carrier-pigeon:///system", /look like|none of unix/],
    ["qemu+quic://h/system", /quic is none of/],
    ["qemu+unix://h/system", /has no host/],
    ["qemu+ssh:///system", /ssh needs a host/],
    ["qemu+ssh://h/system?no_verify=1", /always verified/],
    ["qemu+ssh://h/system?known_hosts_verify=ignore", /always verified/],
    ["qemu+ssh://h/system?command=/opt/ssh", /command is not supported/],
    ["qemu+ssh://h/system?keyfle=/k", /keyfle=\/k is none of name, socket/],
    ["qemu:///system?mode=both", /mode=both/],
    ["qemu+ssh://h:70000/system", /no port 70000/],
    ["qemu+ssh://h/system?keyfile=%zz", /badly escaped/],
  ])("%s is refused in words", (uri, message) => {
    expect(() => parseUri(uri)).toThrow(message);
  });

  test("a password is used and never shown", () => {
    const target = parseUri("qemu+ssh://ann:s%40cret@h/system");
    expect(target).toMatchObject({ user: "ann", password: "s@cret", shown: "qemu+ssh://ann:***@h/system" });
    expect(() => parseUri("qemu+ssh://ann:secret@h:0/system")).toThrow(/^(?!.*secret)/);
  });

  test("sockets are looked for where libvirt puts them: the driver's own daemon first", () => {
    const paths = (uri: string) => socketPaths(parseUri(uri), "/run/user/7");
    expect(paths("qemu:///system")).toEqual(["/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock"]);
    expect(paths("qemu:///system?mode=legacy")).toEqual(["/run/libvirt/libvirt-sock"]);
    expect(paths("qemu:///session?mode=direct")).toEqual(["/run/user/7/libvirt/virtqemud-sock"]);
    expect(paths("test:///default")).toEqual(["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"]);
    expect(paths("qemu:///system?socket=/s")).toEqual(["/s"]);
  });
});
