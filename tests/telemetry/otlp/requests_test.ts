import { assertAlmostEquals, assertEquals } from "@std/assert";
import { BOUNDS, explicitCounts, exponentialBuckets, SCALE } from "../../../lib/telemetry/otlp/histograms.ts";
import { encodeProtobuf, type Message, toJson } from "../../../lib/telemetry/otlp/protobuf.ts";
import { logsRequest, metricsRequest, tracesRequest } from "../../../lib/telemetry/otlp/requests.ts";
import { REQUESTS, type SignalKind } from "../../../lib/telemetry/otlp/schemas.ts";
import { rejectionIn } from "../../../lib/telemetry/otlp/responses.ts";
import { measurementsOf, snapshotOfResult } from "../../../lib/telemetry/measurements.ts";
import { seededRandom } from "../../helpers/random.ts";
import { resultOf, summaryOf } from "../../helpers/runs/run_result.ts";
import { attributesOf, decodeRequest, pointsOf, type Received } from "../../helpers/servers/collector.ts";

const RESOURCE = { "service.name": "locust", count: 3, big: 2 ** 60, ratio: -0.5, isIt: true };

/** Returns a message as the official definitions read it. */
function decoded(kind: SignalKind, message: Message): Received {
  const path = `/v1/${kind}` as const;
  return {
    ...{ path, headers: new Headers(), bytes: 0 },
    message: decodeRequest(path, encodeProtobuf(REQUESTS[kind], message)),
  };
}

const figures = (values: [number, number][]) => ({ count: 0, sum: 0, min: 0, max: 0, values });

Deno.test("exponentialBuckets() counts each value in the bucket that contains it", () => {
  const next = seededRandom(7);
  const values = Array.from(
    { length: 500 },
    () => [10 ** (next() * 12 - 6), 1 + Math.floor(next() * 9)] as [number, number],
  )
    .sort(([a], [b]) => a - b);
  const { offset, bucketCounts, zeroCount } = exponentialBuckets(figures([[0, 4], ...values]));
  assertEquals(zeroCount, 4);
  const expected = new Map<number, number>();
  for (const [value, count] of values) {
    let index = -2000;
    while (2 ** ((index + 1) / 2 ** SCALE) < value) index++;
    expected.set(index, (expected.get(index) ?? 0) + count);
  }
  const actual = bucketCounts.flatMap((count, at) => count === 0 ? [] : [[offset + at, count]]);
  assertEquals(actual, [...expected]);
  assertEquals(exponentialBuckets(figures([])), { zeroCount: 0, offset: 0, bucketCounts: [] });
});

Deno.test("explicitCounts() has buckets 1-2-5 from 1 ms to 50 s, each with its upper bound (PARITY 57)", () => {
  assertEquals(BOUNDS, [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]);
  assertEquals(explicitCounts(figures([[0.001, 1], [0.0011, 2], [50, 3], [51, 4]])), [
    ...[1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[3, 4],
  ]);
});

for (const histograms of ["exponential", "explicit"] as const) {
  Deno.test(`metricsRequest() with ${histograms} buckets is read by the official definitions, with exact counts and sums`, () => {
    const summary = summaryOf((recorder) => {
      const row = recorder.series("GET", "/ü?q=☃");
      for (let at = 0; at < 5000; at++) row.record(at * 0.37, false, 1, 0, 200);
    }, 1000);
    const measurements = measurementsOf(snapshotOfResult(resultOf(summary)), "standard");
    const format = { temporality: "cumulative", histograms } as const;
    const received = decoded(
      "metrics",
      metricsRequest(RESOURCE, measurements, 1_700_000_000_000.25, 1_700_000_001_000, format),
    );
    const [resource] = received.message.resourceMetrics;
    assertEquals(attributesOf(resource.resource), RESOURCE);
    const [point] = pointsOf(received, "http.client.request.duration");
    const { count, sumUs, minUs, maxUs } = summary.rows[0]!.histogram;
    assertEquals([point.count, point.sum, point.min, point.max], [count, sumUs / 1e6, minUs / 1e6, maxUs / 1e6]);
    const { bucketCounts } = point.positive ?? point;
    assertEquals((point.zeroCount ?? 0) + bucketCounts.reduce((sum: number, one: number) => sum + one, 0), count);
    assertEquals(attributesOf(point), { "locust.row": "/ü?q=☃", "http.request.method": "GET" });
    assertEquals([point.startTimeUnixNano, point.timeUnixNano], [1_700_000_000_000_250_000, 1_700_000_001_000_000_000]);
    const [requests] = pointsOf(received, "locust.requests");
    assertEquals([requests.asInt, attributesOf(requests)["http.response.status_code"]], [5000, 200]);
    assertEquals(pointsOf(received, "locust.users")[0].asInt, 0);
  });
}

Deno.test("tracesRequest() is read by the official definitions", () => {
  const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  const root = {
    ...{ ...ids, parentSpanId: "", name: "GET /a", kind: "client" as const, startMs: 1000.5, endMs: 1002 },
    ...{ attributes: { "http.request.method": "GET" }, status: "error" as const, statusMessage: "404 Not Found" },
    events: [{ name: "connected", atMs: 1001, attributes: { reused: false } }],
  } as const;
  const child = {
    ...root,
    parentSpanId: ids.spanId,
    kind: "internal",
    status: "unset",
    statusMessage: "",
    events: [],
  } as const;
  const { message } = decoded("traces", tracesRequest({}, [root, child]));
  const [one, two] = message.resourceSpans[0].scopeSpans[0].spans;
  const hex = (base64: string) => Uint8Array.fromBase64(base64).toHex();
  assertEquals([hex(one.traceId), hex(one.spanId), one.parentSpanId], [ids.traceId, ids.spanId, undefined]);
  assertEquals([one.name, one.kind, one.startTimeUnixNano, one.endTimeUnixNano], [
    "GET /a",
    3,
    1_000_500_000,
    1_002_000_000,
  ]);
  assertEquals([one.status, attributesOf(one)], [{ message: "404 Not Found", code: 2 }, {
    "http.request.method": "GET",
  }]);
  assertEquals([one.events[0].name, one.events[0].timeUnixNano], ["connected", 1_001_000_000]);
  assertEquals([hex(two.parentSpanId), two.kind, two.status], [ids.spanId, 1, {}]);
});

Deno.test("logsRequest() is read by the official definitions, with the trace context", () => {
  const span = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  const records = [
    { atMs: 5, level: "warning", text: "careful", span },
    { atMs: 6, level: "info", text: "x".repeat(5000) },
  ] as const;
  const { message } = decoded("logs", logsRequest({}, records));
  const [one, two] = message.resourceLogs[0].scopeLogs[0].logRecords;
  assertEquals([one.severityNumber, one.severityText, one.body], [13, "WARN", { stringValue: "careful" }]);
  assertEquals([one.timeUnixNano, Uint8Array.fromBase64(one.traceId).toHex()], [5_000_000, span.traceId]);
  assertEquals([two.body.stringValue.length, two.traceId], [5000, undefined]);
});

Deno.test("toJson() has 64-bit integers as strings, enums as numbers and ids in hexadecimal", () => {
  const [spanId, traceId] = ["b7ad6b7169203331", "0af7651916cd43dd8448eb211c80319c"];
  const record = { atMs: 1.5, level: "error", text: "no", span: { spanId, traceId } } as const;
  const json = toJson(REQUESTS.logs, logsRequest({ runs: 2 }, [record])) as { resourceLogs: Message[] };
  const [{ resource, scopeLogs }] = json.resourceLogs as [
    { resource: Message; scopeLogs: { logRecords: Message[] }[] },
  ];
  assertEquals(resource, { attributes: [{ key: "runs", value: { intValue: "2" } }] });
  assertEquals(scopeLogs[0]!.logRecords, [{
    ...{ timeUnixNano: "1500000", observedTimeUnixNano: "1500000", severityNumber: 17, severityText: "ERROR" },
    ...{ body: { stringValue: "no" }, spanId, traceId, flags: 1 },
  }]);
});

Deno.test("encodeProtobuf() writes numbers of all sizes", () => {
  const point = (value: number) => ({
    definition: { kind: "counter", name: "n", unit: "{x}" },
    points: [{ attributes: {}, value }],
  });
  for (const value of [0, 127, 128, 2 ** 31, 2 ** 53 - 1]) {
    const format = { temporality: "cumulative", histograms: "explicit" } as const;
    const received = decoded("metrics", metricsRequest({ value, less: -value }, [point(value)] as never, 0, 1, format));
    assertEquals(pointsOf(received, "n")[0].asInt, value);
    const { less } = attributesOf(received.message.resourceMetrics[0].resource);
    assertAlmostEquals(less as number, -value);
  }
});

Deno.test("rejectionIn() reads the partial success of a response, and nothing else", () => {
  const partial = [0x08, 0x83, 0x01, 0x12, 0x03, ...new TextEncoder().encode("why")];
  const body = Uint8Array.from([0x0a, partial.length, ...partial]);
  assertEquals(rejectionIn(body, "application/x-protobuf"), { rejected: 131, message: "why" });
  const json = `{"partialSuccess":{"rejectedLogRecords":"7","errorMessage":"full"}}`;
  assertEquals(rejectionIn(new TextEncoder().encode(json), "application/json"), { rejected: 7, message: "full" });
  for (
    const [text, type] of [["", "application/x-protobuf"], ["{", "application/json"], ["<html>", "text/html"], [
      "null",
      "application/json",
    ]]
  ) {
    assertEquals(rejectionIn(new TextEncoder().encode(text), type!), { rejected: 0, message: "" });
  }
});

Deno.test("http/json with half a surrogate pair in a text has U+FFFD, as protobuf has: parsers refuse the message otherwise", () => {
  const request = logsRequest({ "a\udc00": "b\ud800" }, [{ atMs: 0, level: "info", text: "c\ud83d!" }]);
  const text = JSON.stringify(toJson(REQUESTS.logs, request));
  assertEquals(/\\u[dD][89a-fA-F]/.test(text), false, text);
  assertEquals(["a\ufffd", "b\ufffd", "c\ufffd!"].every((part) => text.includes(part)), true, text);
});
