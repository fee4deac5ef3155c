import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "npm:ajv@8.17.1/dist/2020.js";
import { summaryJson } from "../../lib/report/json/summary_json.ts";
import { Runner } from "../../lib/engine/run/runner.ts";
import { plainSummary, resultOf } from "../helpers/runs/run_result.ts";
import { startServer } from "../helpers/servers/test_server.ts";
import schema from "../../summary.schema.json" with { type: "json" };

/** Returns the schema violations of a document. */
function violations(document: unknown): unknown {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    formats: { "date-time": (text: string) => !isNaN(Date.parse(text)) },
  });
  const validate = ajv.compile(schema);
  return validate(document) ? null : validate.errors;
}

Deno.test("the JSON of a real run matches summary.schema.json, and adds up", async () => {
  await using server = startServer();
  const thresholds = ["p95 < 10s", "GET /none p50 < 1s"];
  const result = await new Runner({ url: `${server.url}/status/404`, users: 3, iterations: 20, thresholds }).run();
  const document = JSON.parse(JSON.stringify(summaryJson(result)));
  assertEquals(violations(document), null);
  assertEquals([document.total.count, document.total.failures, document.run.exitCode], [20, 20, 99]);
  const sum = document.rows[0].histogram.reduce((sum: number, bucket: { count: number }) => sum + bucket.count, 0);
  assertEquals(sum, 20);
  const [{ firstAt, lastAt, ...error }] = document.errors;
  const row = { method: "GET", name: `${server.url}/status/404`, userClass: "" };
  assertEquals(document.errors.length, 1);
  assertEquals(error, { ...row, where: null, text: "404 Not Found", example: null, count: 20, traceId: null });
  assertEquals([document.rows[0].statuses, document.total.statuses], [{ 404: 20 }, { 404: 20 }]);
  const { startedAt, endedAt } = document.run;
  assert(startedAt <= firstAt && firstAt < lastAt && lastAt <= endedAt, `${[startedAt, firstAt, lastAt, endedAt]}`);
});

Deno.test("the JSON of a run without requests and without a planned end is valid", () => {
  const result = resultOf(plainSummary(0, 0));
  const document = summaryJson({ ...result, info: { ...result.info, plannedMs: Infinity } });
  assertEquals(violations(JSON.parse(JSON.stringify(document))), null);
});

Deno.test("the JSON of a run with kept failures and samples is valid", () => {
  const failure = { method: "GET", name: "/", userClass: "", error: "500", decidedAt: null, exchange: "> GET /" };
  const keptFailures = [{ ...failure, atMs: 0, ttfbMs: 1, ttlbMs: 2 }];
  const samples = { file: "/a.csv", ratio: 0.1, written: 3, dropped: 1, failure: null };
  const document = JSON.parse(JSON.stringify(summaryJson(resultOf(plainSummary(1, 1000), { keptFailures, samples }))));
  assertEquals(violations(document), null);
  assertEquals(document.keptFailures[0].at, "1970-01-01T00:00:00.000Z");
});

Deno.test("the schema rejects documents that are not a summary", () => {
  assert(violations({ schemaVersion: "1.0" }) !== null);
  const document = JSON.parse(JSON.stringify(summaryJson(resultOf(plainSummary(1, 1000)))));
  document.total.count = -1;
  assert(violations(document) !== null);
});
