import { assertEquals } from "@std/assert";
import { noteLines } from "../../lib/report/summary_text.ts";
import { resultOf, summaryOf } from "../helpers/runs/run_result.ts";

Deno.test("full and resumed handshakes of all workers are counted apart, beside connections without any", () => {
  const summary = summaryOf(({ connections }) => {
    connections.record(0, 1, 0, null);
    connections.record(0, 1, 5, "full");
    for (let count = 0; count < 3; count++) connections.record(0, 1, 2, "resumed");
  }, 1000);
  assertEquals([summary.connections.count, summary.connections.handshakes], [5, { full: 1, resumed: 3 }]);
  const line = noteLines(resultOf(summary)).find((one) => one.startsWith("5 connections"))!;
  assertEquals(line.split("; ").at(-1), "TLS handshakes: 1 full, 3 resumed");
});

Deno.test("handshakes are null where no connection was seen, and in no line where none was encrypted", () => {
  assertEquals(summaryOf(() => {}, 1000).connections.handshakes, null);
  const plain = summaryOf(({ connections }) => connections.record(0, 1, 0, null), 1000);
  assertEquals(plain.connections.handshakes, { full: 0, resumed: 0 });
  assertEquals(noteLines(resultOf(plain)).some((line) => line.includes("handshake")), false);
});
