import { assertEquals, assertThrows } from "@std/assert";
import { HostCheck, isLoopback, parseListenAddress } from "../../lib/core/listen_address.ts";

Deno.test("isLoopback() knows the addresses of this machine alone", () => {
  assertEquals(["127.0.0.1", "127.9.9.9", "::1", "localhost"].map(isLoopback), [true, true, true, true]);
  assertEquals(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example"].map(isLoopback), [false, false, false, false]);
});

Deno.test("parseListenAddress() takes a port, with or without a host", () => {
  const cases = {
    "9646": { host: "127.0.0.1", port: 9646 },
    "0.0.0.0:0": { host: "0.0.0.0", port: 0 },
    "[::1]:80": { host: "::1", port: 80 },
    "box.example:65535": { host: "box.example", port: 65_535 },
  };
  for (const [text, address] of Object.entries(cases)) assertEquals(parseListenAddress(text), address);
});

Deno.test("parseListenAddress() refuses anything else", () => {
  for (const text of ["", "x", "65536", "127.0.0.1:", ":80", "a b:80", "80:x", "-1"]) {
    assertThrows(() => parseListenAddress(text), RangeError, "expected a port", text);
  }
});

Deno.test("HostCheck accepts the names of its address alone, and any name where every address is bound", () => {
  const accepted = (host: string) =>
    ["127.0.0.1:80", "LOCALHOST:80", "127.0.0.1:81", "evil.example:80", "[::1]:80", ""].filter((name) =>
      new HostCheck({ host, port: 80 }).accepts(name)
    );
  assertEquals(accepted("127.0.0.1"), ["127.0.0.1:80", "LOCALHOST:80"]);
  assertEquals(accepted("::1"), ["LOCALHOST:80", "[::1]:80"]);
  assertEquals(accepted("0.0.0.0").length, 6);
});
