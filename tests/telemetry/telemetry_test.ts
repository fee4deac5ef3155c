import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Recorder } from "../../lib/stats/recorder.ts";
import type { RunView } from "../../lib/stats/run_model.ts";
import type { Summary } from "../../lib/stats/summary.ts";
import { MAX_WAITING } from "../../lib/telemetry/batch_feed.ts";
import { readSettings } from "../../lib/telemetry/settings/settings.ts";
import { Telemetry, type TelemetryHost } from "../../lib/telemetry/telemetry.ts";
import { INFO, resultOf, summaryOf, viewAt } from "../helpers/runs/run_result.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { makeCertificates } from "../helpers/http/certificates.ts";
import { attributesOf, type Collector, pointsOf, startCollector } from "../helpers/servers/collector.ts";

/** Telemetry of a fictional run, and what it says. */
async function telemetryTo(url: string, env: Record<string, string> = {}, host: Partial<TelemetryHost> = {}) {
  const warnings: string[] = [];
  let printed = "";
  const variables: Record<string, string> = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_METRIC_EXPORT_INTERVAL: "1",
    ...env,
  };
  const settings = readSettings(
    { flags: { otel: "on" }, labelOf: (key) => key, read: (name) => variables[name], isTracing: true },
    (text) => warnings.push(text),
  );
  const telemetry = await Telemetry.open(settings!, {
    ...{ print: (text) => printed += text, warn: (text) => warnings.push(text) },
    ...{ filename: "shop.ts", interruptedCode: 130, finishMs: 400, firstBackoffMs: 5, ...host },
  });
  return { telemetry, warnings, printed: () => printed };
}

/** Requests of a run so far: three good ones and a failed one for each `part`. */
const requests = (parts: number) => (recorder: Recorder) => {
  for (let part = 0; part < parts; part++) {
    const row = recorder.series("GET", "/a");
    for (const ms of [1, 20, 300]) row.record(ms + part, false, 10, 0, 200);
    row.record(7, true, 10, 0, 404);
    row.error("404 Not Found").add(0);
  }
};
const viewOf = (overall: Summary, changes: Partial<RunView> = {}) => ({ ...viewAt(1000), overall, ...changes });

/** Waits until a collector has got so many requests for metrics. */
async function gets(collector: Collector, count: number): Promise<void> {
  while (collector.of("/v1/metrics").length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Returns the requests with status 200 that a run exported last. */
const lastGood = (collector: Collector) => pointsOf(collector.of("/v1/metrics").at(-1)!, "locust.requests")[0].asInt;

Deno.test("Telemetry exports final figures that equal the summary, with the resource (PARITY 59)", async () => {
  await using collector = startCollector();
  const { telemetry, warnings } = await telemetryTo(collector.url, { OTEL_RESOURCE_ATTRIBUTES: "team=shop" });
  const summary = summaryOf(requests(5), 1000);
  telemetry.onStart(INFO);
  await telemetry.onResult(resultOf(summary));
  const [received] = collector.of("/v1/metrics");
  const { "service.instance.id": instance, "service.version": version, "host.name": host, ...resource } = attributesOf(
    received!.message.resourceMetrics[0].resource,
  );
  assertEquals(resource, { "service.name": "locust", filename: "shop.ts", team: "shop" });
  assertMatch(`${instance} ${version} ${host}`, /^[\da-f-]{36} \d+\.\d+\.\d+ \S+$/);
  const [duration] = pointsOf(received!, "http.client.request.duration");
  const { histogram, failures } = summary.rows[0]!;
  assertEquals([duration.count, duration.sum], [histogram.count, histogram.sumUs / 1e6]);
  assertEquals(duration.startTimeUnixNano, INFO.startedAt.getTime() * 1e6);
  assertEquals(pointsOf(received!, "locust.failures")[0].asInt, failures);
  assertEquals([collector.received.length, warnings], [1, []]);
});

Deno.test("Telemetry exports metrics at the interval, of the newest view when a collector takes its time", async () => {
  const slow = Promise.withResolvers<Response>();
  await using collector = startCollector((count) => count === 1 ? slow.promise : new Response());
  const { telemetry } = await telemetryTo(collector.url);
  telemetry.onStart(INFO);
  telemetry.onView(viewOf(summaryOf(requests(1), 1000)));
  await gets(collector, 1);
  for (const parts of [2, 3]) telemetry.onView(viewOf(summaryOf(requests(parts), 1000)));
  slow.resolve(new Response());
  await new Promise((resolve) => setTimeout(resolve, 20));
  telemetry.onView(viewOf(summaryOf(requests(4), 1000)));
  await gets(collector, 2);
  assertEquals(lastGood(collector), 12);
  await telemetry.onResult(resultOf(summaryOf(requests(5), 1000)));
  assertEquals([lastGood(collector), collector.received.length], [15, 3]);
});

Deno.test("Telemetry with the temporality delta exports what adds up to the summary, whatever failed", async () => {
  await using collector = startCollector((count) => new Response(null, { status: count % 2 === 0 ? 503 : 200 }));
  const { telemetry, warnings } = await telemetryTo(collector.url, {
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
  });
  telemetry.onStart(INFO);
  for (const parts of [1, 2, 3]) {
    telemetry.onView(viewOf(summaryOf(requests(parts), 1000)));
    await gets(collector, parts === 1 ? 1 : parts * 2 - 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const summary = summaryOf(requests(4), 1000);
  await telemetry.onResult(resultOf(summary));
  const taken = collector.of("/v1/metrics").filter((_, at) => at % 2 === 0);
  const sumOf = (name: string, key: string) =>
    taken.reduce((sum, one) => sum + (pointsOf(one, name)[0]?.[key] ?? 0), 0);
  assertEquals([taken.length, sumOf("locust.requests", "asInt"), sumOf("locust.failures", "asInt")], [4, 12, 4]);
  assertEquals(sumOf("http.client.request.duration", "count"), 16);
  const buckets = taken.flatMap((one) => pointsOf(one, "http.client.request.duration")[0].positive.bucketCounts);
  assertEquals(buckets.reduce((sum, count) => sum + count, 0), 16);
  const ends = taken.map((one) => pointsOf(one, "locust.requests")[0]);
  assertEquals(ends.slice(1).map((one) => one.startTimeUnixNano), ends.slice(0, -1).map((one) => one.timeUnixNano));
  assertEquals(warnings.length, 1);
});

Deno.test("Telemetry leaves the warm-up out of what it counts", async () => {
  await using collector = startCollector();
  const { telemetry } = await telemetryTo(collector.url);
  telemetry.onStart(INFO);
  telemetry.onView(viewOf(summaryOf(requests(9), 1000), { isWarmingUp: true }));
  await gets(collector, 1);
  assertEquals(pointsOf(collector.received[0]!, "locust.requests"), []);
  assertEquals(pointsOf(collector.received[0]!, "locust.users")[0].asInt, 2);
  await telemetry.onResult(resultOf(summaryOf(requests(1), 1000)));
  const [point] = pointsOf(collector.received.at(-1)!, "locust.requests");
  assertEquals([point.asInt, point.startTimeUnixNano > INFO.startedAt.getTime() * 1e6], [3, true]);
});

Deno.test("Telemetry exports the log and spans in batches (PARITY 84)", async () => {
  await using collector = startCollector();
  const { telemetry, warnings } = await telemetryTo(collector.url);
  const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  telemetry.log("info", "one");
  telemetry.log("error", "two", ids);
  telemetry.log("info", "x".repeat(100_000));
  const span = { ...ids, parentSpanId: "", name: "GET /a", kind: "client", startMs: 1, endMs: 2 } as const;
  const others = { attributes: {}, events: [], status: "unset", statusMessage: "" } as const;
  telemetry.onSpans({ spans: [{ ...span, ...others }], dropped: 0 });
  await telemetry.onFailure();
  const records = collector.of("/v1/logs")[0]!.message.resourceLogs[0].scopeLogs[0].logRecords;
  assertEquals(records.map((one: { body: { stringValue: string } }) => one.body.stringValue.length), [3, 3, 16_384]);
  assertEquals([records[1].severityText, records[1].spanId !== undefined], ["ERROR", true]);
  assertEquals(collector.of("/v1/traces")[0]!.message.resourceSpans[0].scopeSpans[0].spans[0].name, "GET /a");
  assertEquals([collector.received.length, warnings], [2, []]);
});

Deno.test("Telemetry keeps a bounded number of log lines and counts the others", async () => {
  const never = Promise.withResolvers<Response>();
  await using collector = startCollector(() => never.promise);
  const { telemetry, warnings } = await telemetryTo(collector.url);
  for (let line = 0; line < MAX_WAITING + 7; line++) telemetry.log("info", "line");
  await telemetry.onFailure();
  never.resolve(new Response());
  const total = MAX_WAITING + 7;
  assertEquals(
    warnings.at(-1),
    `Telemetry to ${collector.url}/v1/logs: ${total} of ${total} log lines lost (no response in time)`,
  );
});

for (
  const [name, respond, reason] of [
    ["that hangs", null, "no response in time"],
    ["that answers 429", () => new Response(null, { status: 429 }), "status 429"],
    [
      "that answers 503 for a minute",
      () => new Response(null, { status: 503, headers: { "retry-after": "60" } }),
      "status 503",
    ],
    ["that answers 400", () => new Response(null, { status: 400 }), "status 400"],
  ] as const
) {
  Deno.test(`Telemetry to a collector ${name} ends in time and says what was lost (PARITY 62)`, async () => {
    const never = Promise.withResolvers<Response>();
    await using collector = startCollector(respond ?? (() => never.promise));
    const { telemetry, warnings } = await telemetryTo(collector.url);
    telemetry.onStart(INFO);
    telemetry.onView(viewOf(summaryOf(requests(1), 1000)));
    await gets(collector, 1);
    const startMs = performance.now();
    await telemetry.onResult(resultOf(summaryOf(requests(2), 1000)));
    assert(performance.now() - startMs < 2000);
    never.resolve(new Response());
    assertMatch(warnings.at(-1)!, new RegExp(`/v1/metrics: \\d of \\d exports of metrics lost \\(${reason}\\)$`));
  });
}

Deno.test("Telemetry to a collector that dies midway warns once while the run lasts, and at its end", async () => {
  const collector = startCollector();
  const { telemetry, warnings } = await telemetryTo(collector.url);
  telemetry.onStart(INFO);
  telemetry.onView(viewOf(summaryOf(requests(1), 1000)));
  await gets(collector, 1);
  await collector.close();
  for (let view = 0; view < 3; view++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    telemetry.onView(viewOf(summaryOf(requests(2), 1000)));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  await telemetry.onResult(resultOf(summaryOf(requests(2), 1000)));
  const url = `${collector.url}/v1/metrics`;
  assertEquals(warnings, [
    `Telemetry does not reach ${url}: connection refused; the run goes on`,
    `Telemetry to ${url}: 1 of 2 exports of metrics lost (connection refused)`,
  ]);
});

Deno.test("Telemetry tells what a collector rejected", async () => {
  const answer = { partialSuccess: { rejectedDataPoints: "2", errorMessage: "too\nmany" } };
  await using collector = startCollector(() => Response.json(answer));
  const { telemetry, warnings } = await telemetryTo(collector.url, { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" });
  telemetry.onStart(INFO);
  await telemetry.onResult(resultOf(summaryOf(requests(1), 1000)));
  assertEquals(warnings, [`Telemetry to ${collector.url}/v1/metrics: 2 rejected, the collector says: too·many`]);
});

Deno.test("Telemetry prints one JSON object a line for the exporter console (PARITY 60)", async () => {
  const console = Object.fromEntries(["METRICS", "TRACES", "LOGS"].map((one) => [`OTEL_${one}_EXPORTER`, "console"]));
  const { telemetry, printed } = await telemetryTo("http://unused:1", console);
  telemetry.onStart(INFO);
  telemetry.log("warning", "careful");
  const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", parentSpanId: "" };
  const event = { name: "exception", atMs: 1, attributes: { "exception.type": "AssertionError" } };
  const span = {
    ...{ ...ids, name: "GET /a", kind: "client" as const, startMs: 1, endMs: 2, attributes: {}, events: [event] },
    ...{ status: "error" as const, statusMessage: "no" },
  };
  telemetry.onSpans({ spans: [span], dropped: 0 });
  await telemetry.onResult(resultOf(summaryOf(requests(1), 1000)));
  const lines = printed().trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines[0].resource.filename, "shop.ts");
  assertEquals([lines[1].log, lines[1].level], ["careful", "WARNING"]);
  assertEquals([lines[2].span, lines[2].status, lines[2].traceId], ["GET /a", "ERROR", ids.traceId]);
  const { metric, count, sum, min, max } = lines[3];
  assertEquals([metric, count, sum, min, max], ["http.client.request.duration", 4, 0.328, 0.001, 0.3]);
});

Deno.test("Telemetry.open() refuses certificates that cannot be read", async () => {
  const env = { OTEL_EXPORTER_OTLP_CERTIFICATE: "/no/ca.pem" };
  const { problems } = await telemetryTo("https://c:1", env).catch((error) => error);
  assertEquals(problems, ['Cannot use OTEL_EXPORTER_OTLP_CERTIFICATE "/no/ca.pem": no such file, expected a PEM file']);
});

const certificates = makeCertificates();
if (certificates !== null) globalThis.addEventListener("unload", () => certificates[Symbol.dispose]());

skippableTest(
  "Telemetry trusts the CA of OTEL_EXPORTER_OTLP_CERTIFICATE",
  certificates === null ? "no openssl" : null,
  async () => {
    const { folder, ca, local } = certificates!;
    await Deno.writeTextFile(`${folder}/authority.pem`, ca);
    await using collector = startCollector(undefined, local);
    const own = await telemetryTo(collector.url, { OTEL_EXPORTER_OTLP_CERTIFICATE: `${folder}/authority.pem` });
    own.telemetry.log("info", "trusted");
    await own.telemetry.onFailure();
    assertEquals([collector.of("/v1/logs").length, own.warnings], [1, []]);
    const other = await telemetryTo(collector.url);
    other.telemetry.log("info", "not trusted");
    await other.telemetry.onFailure();
    assertMatch(other.warnings.at(-1)!, /1 of 1 log lines lost \(.*certificate.*\)$/);
    assertEquals(collector.received.length, 1);
  },
);
