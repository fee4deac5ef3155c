import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { resolveTarget, toSearchParams, withQuery } from "../../../lib/http/client/target.ts";

const TABLE: [target: string, base: string | null, url: string, name: string][] = [
  ["/a?b=1", "http://h", "http://h/a?b=1", "/a?b=1"],
  ["/a", "http://h/", "http://h/a", "/a"],
  ["a", "http://h/", "http://h/a", "/a"],
  ["?foo", "http://h", "http://h/?foo", "/?foo"],
  ["", "http://h", "http://h/", "/"],
  ["/items", "http://h/api", "http://h/api/items", "/items"],
  ["/items", "http://h/api/", "http://h/api/items", "/items"],
  ["http://h/api/x", "http://h/api", "http://h/api/x", "/x"],
  ["http://h/apiary", "http://h/api", "http://h/apiary", "http://h/apiary"],
  ["https://other/x#part", "http://h", "https://other/x", "https://other/x"],
  ["http://h:80/x", "http://h", "http://h/x", "/x"],
  ["http://h/x", null, "http://h/x", "http://h/x"],
  ["http://u:p%40@h/x?a=@", null, "http://u:p%40@h/x?a=@", "http://h/x?a=@"],
  ["http://h/x@y", null, "http://h/x@y", "http://h/x@y"],
  ["/x", "http://u:p@h", "http://u:p@h/x", "/x"],
];

for (const [target, base, url, name] of TABLE) {
  Deno.test(`resolveTarget() of "${target}" under ${base} is named ${name} (PARITY 33)`, () => {
    const resolved = resolveTarget(target, base);
    assertEquals([resolved.url.href, resolved.name], [url, name]);
  });
}

Deno.test("resolveTarget() refuses what is not a URL to request", () => {
  assertThrows(() => resolveTarget("/a", null), UsageError, "no base URL");
  assertThrows(() => resolveTarget("ftp://h/a", "http://h"), TypeError, "invalid URL");
  assertThrows(() => resolveTarget("http://", "http://h"), TypeError, "invalid URL");
});

Deno.test("withQuery() appends to the query, and repeats the key for each element of a list", () => {
  const url = withQuery(new URL("http://h/?a=1"), { a: 2, b: ["x", "y z"], c: null, d: undefined, e: false });
  assertEquals(url.search, "?a=1&a=2&b=x&b=y+z&e=false");
});

Deno.test("withQuery() leaves the rest of the URL unchanged", () => {
  const table: [url: string, fields: Record<string, number>, href: string][] = [
    ["http://h/q?flag&a=b%20c&t=~x", { x: 1 }, "http://h/q?flag&a=b%20c&t=~x&x=1"],
    ["http://h/q?flag&a=b%20c&t=~x", {}, "http://h/q?flag&a=b%20c&t=~x"],
    ["http://h/q?", { x: 1 }, "http://h/q?x=1"],
    ["http://h/q", { x: 1 }, "http://h/q?x=1"],
  ];
  for (const [url, fields, href] of table) assertEquals(withQuery(new URL(url), fields).href, href);
});

Deno.test("toSearchParams() accepts what URLSearchParams accepts", () => {
  const pairs = [["a", "1"], ["b", "x y"], ["a", "2"]] as const;
  for (const fields of ["a=1&b=x+y&a=2", "?a=1&b=x%20y&a=2", pairs, new Map([["a", ["1"]], ["b", ["x y"]]])]) {
    const expected = fields instanceof Map ? "a=1&b=x+y" : "a=1&b=x+y&a=2";
    assertEquals(toSearchParams(fields).toString(), expected);
  }
  assertEquals(toSearchParams([["a", 1], ["b", null], ["c", [true, "z"]]]).toString(), "a=1&c=true&c=z");
});

Deno.test("toSearchParams() refuses other values", () => {
  for (const fields of [7, null, ["a", "b"], [["a"]], ["ab"], () => {}] as unknown[]) {
    const text = `Cannot send ${Deno.inspect(fields)} as fields: expected an object`;
    assertThrows(() => toSearchParams(fields as string), TypeError, text);
  }
});
