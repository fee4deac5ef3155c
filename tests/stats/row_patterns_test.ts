import { assertEquals } from "@std/assert";
import { commonPattern, patternWarning } from "../../lib/stats/row_patterns.ts";

const rowsOf = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ method: "GET", name: name(index) }));
const hex = (index: number, digits: number) => (index * 7919 + 1).toString(16).padStart(digits, "a1");

const CASES: [what: string, name: (index: number) => string, pattern: string][] = [
  ["numbers", (index) => `/item/${index}`, "/item/:id"],
  ["UUIDs", (index) => `/user/${hex(index, 8)}-0000-4000-8000-0123456789ab/cart`, "/user/:id/cart"],
  ["hashes", (index) => `/blob/${hex(index, 32)}`, "/blob/:id"],
  ["long ids", (index) => `/order/ord_${index}aBcDeFgHiJkLmN`, "/order/:id"],
  ["numbers within a segment", (index) => `/page-${index}.html`, "/page-:n.html"],
  ["values of a query", (index) => `/search?q=word${index}&page=2`, "/search?q=:q&page=:page"],
  ["numbers after a version", (index) => `/v1/item/${index}/part/${index}`, "/v1/item/:id/part/:id"],
  ["numbers after an origin with a port", (index) => `http://10.0.0.1:8080/${index}`, "http://10.0.0.1:8080/:id"],
];

for (const [what, name, pattern] of CASES) {
  Deno.test(`commonPattern() finds ${what}: ${pattern}`, () => {
    assertEquals(commonPattern(rowsOf(300, name)), { method: "GET", name: pattern, rows: 300 });
  });
}

Deno.test("commonPattern() needs more than 200 rows of one pattern", () => {
  assertEquals(commonPattern(rowsOf(200, (index) => `/item/${index}`)), null);
  assertEquals(commonPattern(rowsOf(201, (index) => `/item/${index}`))?.rows, 201);
  const words = "abcdefghijklmnopqrst";
  const wordRows = rowsOf(300, (index) => `/${words[Math.floor(index / 20)]}${words[index % 20]}`);
  assertEquals(commonPattern(wordRows), null, "rows without anything in common");
  const halves = [...rowsOf(150, (index) => `/a/${index}`), ...rowsOf(150, (index) => `/b/${index}`)];
  assertEquals(commonPattern(halves), null);
});

Deno.test("patternWarning() names the pattern and suggests it as a name", () => {
  assertEquals(
    patternWarning([...rowsOf(250, (index) => `/item/${index}`), { method: "GET", name: "/" }]),
    '250 of 251 rows look like the same request, GET /item/:id. Pass { name: "/item/:id" } with it to get one row.',
  );
});
