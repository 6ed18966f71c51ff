import { expect, test } from "vitest";
import { parseAddress } from "./dropping-proxy";

test.each([
  ["127.0.0.1:7710", { host: "127.0.0.1", port: 7710 }],
  ["[::1]:7710", { host: "::1", port: 7710 }],
  ["dns:provider.example:443", { host: "provider.example", port: 443 }],
  ["dns:///provider.example:443", { host: "provider.example", port: 443 }],
  ["ipv4:127.0.0.1:7710", { host: "127.0.0.1", port: 7710 }],
  ["unix:/run/provider.sock", { path: "/run/provider.sock" }],
  ["unix:///run/provider.sock", { path: "/run/provider.sock" }],
])("the address %s leads to its socket", (address, peer) => {
  expect(parseAddress(address).peer).toEqual(peer);
});

test("an address without a port is refused", () => {
  expect(() => parseAddress("provider.example")).toThrow("not an address with a port");
});
