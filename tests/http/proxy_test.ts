// Decides which proxy a request goes through.

import { assertEquals, assertThrows } from "@std/assert";
import { originOf } from "../../lib/http/origin.ts";
import {
  environmentChoice,
  parseProxy,
  proxyNotFor,
  proxyVariablesSet,
  withoutCredentials,
} from "../../lib/http/proxy.ts";

const reader = (variables: Record<string, string>) => (name: string) => variables[name];

Deno.test("parseProxy() reads host, port and credentials", () => {
  const read = (text: string) => {
    const { protocol, host, port, authorization } = parseProxy(text);
    return [protocol, host, port, authorization];
  };
  assertEquals(read("http://a.test:3128"), ["http:", "a.test", 3128, null]);
  assertEquals(read("a.test:3128/"), ["http:", "a.test", 3128, null]);
  assertEquals(read("http://a.test"), ["http:", "a.test", 80, null]);
  assertEquals(read("https://[::1]"), ["https:", "::1", 443, null]);
  assertEquals(read("socks5://a.test"), ["socks5:", "a.test", 1080, null]);
  assertEquals(read("http://me:p%40ss@a.test:1"), ["http:", "a.test", 1, `Basic ${btoa("me:p@ss")}`]);
});

for (
  const text of ["", "http://", "ftp://a.test", "http://a.test:99999", "http://a.test/path", "http://a.test?x", "a b"]
) {
  Deno.test(`parseProxy() refuses "${text}"`, () => {
    assertThrows(() => parseProxy(text), RangeError, "expected");
  });
}

Deno.test("withoutCredentials() keeps the rest of a proxy's URL", () => {
  assertEquals(
    ["http://me:pw@a.test:1", "me:pw@a.test", "http://a.test", "env"].map(withoutCredentials),
    ["http://a.test:1", "a.test", "http://a.test", "env"],
  );
});

Deno.test("environmentChoice() takes a scheme's own variable before ALL_PROXY, lower case first", () => {
  const choose = (variables: Record<string, string>) => {
    const choice = environmentChoice(reader(variables));
    return ["http://a.test/", "https://a.test/"].map((url) => choice.proxyFor(originOf(new URL(url)))?.host ?? null);
  };
  assertEquals(choose({}), [null, null]);
  assertEquals(choose({ HTTP_PROXY: "http://p:1" }), ["p", null]);
  assertEquals(choose({ HTTPS_PROXY: "p:1", ALL_PROXY: "q:1" }), ["q", "p"]);
  assertEquals(choose({ http_proxy: "p:1", HTTP_PROXY: "q:1", all_proxy: "r:1" }), ["p", "r"]);
  assertEquals(choose({ http_proxy: "", HTTP_PROXY: "q:1" }), ["q", null]);
  const bad = () => environmentChoice(reader({ HTTPS_PROXY: "ftp://me:secret@x" }));
  assertThrows(bad, RangeError, 'HTTPS_PROXY is "ftp://x": ');
});

const EXCEPTED: readonly (readonly [noProxy: string, url: string, isExcepted: boolean])[] = [
  ["", "http://localhost/", false],
  ["", "http://127.0.0.1/", false],
  ["*", "http://a.test/", true],
  ["a.test", "http://a.test/", true],
  ["a.test", "http://b.a.test/", true],
  ["a.test", "http://ba.test/", false],
  [".a.test", "http://b.a.test/", true],
  ["*.a.test", "http://b.a.test/", true],
  ["b.test, A.test", "https://a.test/", true],
  ["a.test:8080", "http://a.test:8080/", true],
  ["a.test:8080", "http://a.test/", false],
  ["127.0.0.1", "http://127.0.0.1/", true],
  ["127.0.0.1", "http://127.0.0.2/", false],
  ["127.0.0.0/8", "http://127.9.9.9/", true],
  ["10.0.0.0/8", "http://127.0.0.1/", false],
  ["::1", "http://[::1]/", true],
  ["fe80::/10", "http://[fe80::1]/", true],
  ["fe80::/10", "http://a.test/", false],
];

for (const [noProxy, url, isExcepted] of EXCEPTED) {
  Deno.test(`NO_PROXY "${noProxy}" ${isExcepted ? "excepts" : "does not except"} ${url}`, () => {
    const choice = environmentChoice(reader({ ALL_PROXY: "p:1", NO_PROXY: noProxy }));
    assertEquals(choice.proxyFor(originOf(new URL(url))) === null, isExcepted);
  });
}

Deno.test("proxyNotFor() returns the protocol that the socket transport does not support", () => {
  assertEquals(
    ["http://p:1", "https://p:1", "socks5://p:1", "ftp://p"].map((proxy) => proxyNotFor("socket", proxy)),
    [null, "https:", "socks5:", null],
  );
  assertEquals([proxyNotFor("fetch", "socks5://p:1"), proxyNotFor("socket", undefined)], [null, null]);
});

Deno.test("proxyVariablesSet() returns the variables that name a proxy", () => {
  assertEquals(proxyVariablesSet(reader({ HTTP_PROXY: "p:1", all_proxy: "", NO_PROXY: "x" })), ["HTTP_PROXY"]);
});
