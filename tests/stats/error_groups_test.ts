import { assertEquals } from "@std/assert";
import { groupedText } from "../../lib/stats/errors/error_groups.ts";

/** Messages and their groups; `null` if the message is its own group. */
const CASES: [text: string, group: string | null][] = [
  ["no digits in it", null],
  ["503 Service Unavailable", null],
  ["HTTP/1.1 500 from upstream", null],
  ["status 503", null],
  ["status code: 404", null],
  ["expected 200, got 503", null],
  ["Values are not equal. [Diff] Actual / Expected - 503 + 200 (locustfile.ts:12)", null],
  ["check failed (locustfile.ts:7)", null],
  ["x509: certificate signed by unknown authority", null],
  ["TLS 1.3 is needed", null],
  ["expected 5 items, got 7", "expected {n} items, got {n}"],
  ["item 17 is gone (shop.ts:3)", "item {n} is gone (shop.ts:3)"],
  ["took 1.53s, 1,000 of 20 % done", "took {n}s, {n} of {n} % done"],
  [
    "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:41233 (2026-11-29T10:44:01.123Z)",
    "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED {n} ({n})",
  ],
  [
    "rpc error: code = Unavailable desc = dial tcp 10.0.0.17:50051: connect: connection refused",
    "rpc error: code = Unavailable desc = dial tcp {n}: connect: connection refused",
  ],
  ["order 8f14e45f-ceea-467f-a0e6-1234567890ab not found", "order {n} not found"],
  ["until Fri, 02 Jan 2026 03:04:05 GMT", "until {n}"],
  ["at 03:04:05.678 from [::1]:8080 and 2001:db8::1", "at {n} from {n} and {n}"],
  ["request req_8fJ2kLqWmN3pXyZ1 of order12345 at 0x7ffeab", "request {n} of order{n} at {n}"],
];

for (const [text, group] of CASES) {
  Deno.test(`groupedText() counts "${text}" under ${group === null ? "itself" : `"${group}"`}`, () => {
    assertEquals(groupedText(text), group ?? text);
  });
}

Deno.test("groupedText() handles long messages in linear time", () => {
  const texts = ["1a".repeat(50_000), "a_1-".repeat(50_000), "1:1:".repeat(50_000), "1.".repeat(50_000)];
  for (const text of texts) assertEquals(typeof groupedText(text), "string");
});
