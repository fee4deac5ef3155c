import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type HistogramPoint,
  type Measurement,
  measurementsOf,
  type NumberPoint,
} from "../../lib/telemetry/measurements.ts";
import { snapshotOfResult, snapshotOfView } from "../../lib/telemetry/measurements.ts";
import { NAME_SETS } from "../../lib/telemetry/metrics.ts";
import type { Recorder } from "../../lib/stats/recorder.ts";
import { seededRandom } from "../helpers/random.ts";
import { resultOf, summaryOf, viewAt } from "../helpers/runs/run_result.ts";

/** Three rows with failures of two kinds, one of them beside the total; checks, measures, arrivals. */
function fill(recorder: Recorder): void {
  const row = recorder.series("GET", "/a");
  for (let ms = 1; ms <= 100; ms++) row.record(ms, false, 10, 0, 200);
  for (let ms = 1; ms <= 3; ms++) {
    row.record(500, true, 10, 0, 404);
    row.error("404 Not Found").add(0);
  }
  row.record(2000, true, 0);
  row.error("connection refused").add(0);
  recorder.series("GET", "/b", "Shopper").record(0.25, false, 1, 0, 700);
  recorder.series("JOB", "report", "", false).record(5, false, 0);
  recorder.checks.add("has a title", true);
  recorder.checks.add("has a title", false);
  recorder.measures.add("depth", "", 3);
  recorder.measures.add("paint", "ms", 80);
}

function measured(names: (typeof NAME_SETS)[number] = "standard"): Map<string, Measurement> {
  const all = measurementsOf(snapshotOfResult(resultOf(summaryOf(fill, 1000))), names);
  return new Map(all.map((one) => [one.definition.name, one]));
}

const numbers = (one: Measurement | undefined) =>
  (one!.points as NumberPoint[]).map(({ attributes, value }) => [attributes, value] as const);

Deno.test("measurementsOf() gives each row's times with exact count, sum, minimum and maximum in seconds", () => {
  const { points } = measured().get("http.client.request.duration")!;
  const [a, b, job] = points as HistogramPoint[];
  assertEquals(a!.attributes, { "locust.row": "/a", "http.request.method": "GET" });
  const { count, sum, min, max, values } = a!.figures;
  assertEquals([count, min, max], [104, 0.001, 2]);
  assertAlmostEquals(sum, (5050 + 1500 + 2000) / 1000, 1e-9);
  assertEquals(values.reduce((total, [, times]) => total + times, 0), 104);
  assertEquals([values[0]![0], values.at(-1)![0]], [0.001004, 2.00704]);
  assertEquals(b!.attributes, { "locust.row": "/b", "http.request.method": "GET", "locust.user_class": "Shopper" });
  assertEquals(job!.attributes, { "locust.row": "report", "http.request.method": "JOB", "locust.in_total": false });
});

Deno.test("measurementsOf() splits requests by status and failures by error, and both add up to the row", () => {
  const all = measured();
  const row = { "locust.row": "/a", "http.request.method": "GET" };
  const requests = numbers(all.get("locust.requests"));
  assertEquals(requests.slice(0, 3), [
    [{ ...row, "http.response.status_code": 200 }, 100],
    [{ ...row, "http.response.status_code": 404 }, 3],
    [row, 1],
  ]);
  assertEquals(requests.reduce((sum, [, value]) => sum + value, 0), 106);
  assertEquals(numbers(all.get("locust.failures")), [
    [{ ...row, "error.type": "404" }, 3],
    [{ ...row, "error.type": "connection refused" }, 1],
  ]);
});

Deno.test("measurementsOf() has checks, measures by unit, and iterations", () => {
  const all = measured();
  assertEquals(numbers(all.get("locust.checks")), [
    [{ "locust.check": "has a title", outcome: "passed" }, 1],
    [{ "locust.check": "has a title", outcome: "failed" }, 1],
  ]);
  const ofMeasure = (name: string) => (all.get(name)!.points as HistogramPoint[]).map((one) => one.figures);
  assertEquals(ofMeasure("locust.measure"), [{ count: 1, sum: 3, min: 3, max: 3, values: [[3, 1]] }]);
  assertEquals(ofMeasure("locust.measure.duration"), [{
    count: 1,
    sum: 0.08,
    min: 0.08,
    max: 0.08,
    values: [[0.08, 1]],
  }]);
  assertEquals(numbers(all.get("locust.iterations")), [[{}, 7]]);
  assertEquals(all.has("locust.arrivals.late"), false);
});

/** Rows whose failures have times, as those of requests do. */
function fillFailures(recorder: Recorder): void {
  const next = seededRandom(5);
  for (let count = 0; count < 3000; count++) {
    const ms = next() * 100;
    const row = recorder.series("GET", count % 3 === 0 ? "/a" : "/b", "", count % 7 !== 0 || count % 3 === 0);
    const text = next() < 0.5 ? null : ["404 Not Found", "connection refused", "404 Gone away"][count % 3]!;
    row.record(ms, text !== null, 1);
    if (text !== null) row.error(text).add(0, null, ms * 1000);
  }
}

Deno.test("measurementsOf() keeps times apart by error, and they add up to the row (PARITY 57, 80)", () => {
  const summary = summaryOf(fillFailures, 1000);
  const [duration] = measurementsOf(snapshotOfResult(resultOf(summary)), "aiolocust");
  const points = (duration!.points as HistogramPoint[]).filter(({ attributes }) => attributes["name"] === "/a");
  assertEquals(points.map(({ attributes }) => attributes), [
    { name: "/a", "http.method": "GET", "otel.status_code": "UNSET" },
    { name: "/a", "http.method": "GET", "otel.status_code": "ERROR", "error.type": "404" },
  ]);
  const row = summary.rows.find(({ name }) => name === "/a")!;
  const figures = points.map((point) => point.figures);
  assertEquals(figures.map(({ count }) => count), [row.count - row.failures, row.failures]);
  assertAlmostEquals(figures.reduce((sum, one) => sum + one.sum, 0), row.histogram.sumUs / 1e6, 1e-9);
  const byValue = new Map<number, number>();
  for (const [value, count] of figures.flatMap(({ values }) => values)) {
    byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  const whole = measurementsOf(snapshotOfResult(resultOf({ ...summary, failureTimes: [] })), "standard")[0]!;
  const { values } = (whole.points as HistogramPoint[])[0]!.figures;
  assertEquals([...byValue].toSorted(([a], [b]) => a - b), values);
  assert(values.every(([, count]) => count > 0));
});

Deno.test("measurementsOf() does not keep times apart by error where two rows differ only in being part of the total", () => {
  const summary = summaryOf(fillFailures, 1000);
  const [duration] = measurementsOf(snapshotOfResult(resultOf(summary)), "standard");
  const points = (duration!.points as HistogramPoint[]).filter(({ attributes }) => attributes["locust.row"] === "/b");
  const rows = summary.rows.filter(({ name }) => name === "/b");
  assertEquals(points.map(({ figures }) => figures.count), rows.map(({ count }) => count));
});

Deno.test("measurementsOf() has the names of aiolocust (PARITY 57)", () => {
  const all = measured("aiolocust");
  const [point] = all.get("locust.client.duration")!.points as HistogramPoint[];
  assertEquals(point!.attributes, { name: "/a", "http.method": "GET", "otel.status_code": "UNSET" });
  assertEquals(numbers(all.get("locust.current_users")), [[{}, 0]]);
});

Deno.test("measurementsOf() gives points only the attributes that the table of metrics names", () => {
  for (const names of NAME_SETS) {
    for (const { definition, points } of measured(names).values()) {
      for (const { attributes } of points) {
        assertEquals(Object.keys(attributes).filter((name) => !definition.attributes.includes(name)), []);
      }
    }
  }
});

Deno.test("measurementsOf() has only users and workers during the warm-up", () => {
  const workers = [{ worker: "Worker 1", users: 2, busyShare: 0.5, lagMs: 0 }];
  const all = measurementsOf(snapshotOfView({ ...viewAt(1000), workers, isWarmingUp: true }), "standard");
  assertEquals(all.map(({ definition }) => definition.name), [
    "locust.users",
    "locust.users.target",
    "locust.worker.busy",
  ]);
  assertEquals(numbers(all[2]), [[{ "locust.worker": "Worker 1" }, 0.5]]);
});

Deno.test("measurementsOf() has bytes of rows, and errors outside requests by place", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, false, 120);
    recorder.countError("onStart", "no token", "Shopper");
  }, 1000);
  const all = measurementsOf(snapshotOfResult(resultOf(summary)), "standard");
  const pointsOf = (name: string) => numbers(all.find(({ definition }) => definition.name === name));
  assertEquals(pointsOf("locust.received"), [[{ "locust.row": "/", "http.request.method": "GET" }, 120]]);
  assertEquals(pointsOf("locust.errors"), [[
    { "locust.where": "onStart", "locust.user_class": "Shopper", "error.type": "no token" },
    1,
  ]]);
  assertEquals(all.some(({ definition }) => definition.name === "locust.failures"), false);
});
