import { assert, assertEquals, assertMatch } from "@std/assert";
import { metricsOf, NAME_SETS } from "../../../lib/telemetry/metrics.ts";
import { openMetricsText, prometheusText } from "../../../lib/telemetry/prometheus/text_format.ts";
import { families } from "./sample_families.ts";

/** The series of the text, by name and labels. */
function samples(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const parsed = lines.map((line) => {
    const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    assert(series !== undefined, line);
    return [series, Number(value)] as const;
  });
  const all = new Map(parsed);
  assertEquals(all.size, parsed.length, "each series once");
  return all;
}

const DURATION = "http_client_request_duration_seconds";
const ROW = 'locust_row="/a",http_request_method="GET"';
const ODD = 'locust_row="a \\"b\\" \\\\ c\\nd",http_request_method="POST",locust_user_class="Shopper"';

for (const [format, render] of Object.entries({ prometheusText, openMetricsText })) {
  Deno.test(`${format}() has counts, sums and cumulative buckets of each row, and escapes names`, () => {
    const all = samples(render(families()));
    const bucket = (labels: string, le: string) => all.get(`${DURATION}_bucket{${labels},le="${le}"}`);
    assertEquals([bucket(ROW, "0.000268"), bucket(ROW, "0.010496"), bucket(ROW, "+Inf")], [0, 10, 100]);
    assertEquals([all.get(`${DURATION}_count{${ROW}}`), all.get(`${DURATION}_sum{${ROW}}`)], [100, 5.05]);
    assertEquals([bucket(ODD, "1.0"), bucket(ODD, "+Inf")], [undefined, 1]);
    assertEquals(all.get(`locust_failures_total{${ODD},error_type="404"}`), 1);
    assertEquals(all.get(`locust_requests_total{${ROW},http_response_status_code="200"}`), 100);
    assertEquals(all.get('locust_checks_total{locust_check="has a title",outcome="passed"}'), 1);
    assertEquals(all.get('locust_measure_bucket{locust_measure="depth",le="3.0"}'), 1);
    assertEquals([all.get("locust_users"), all.get("locust_iterations_total")], [0, 7]);
  });
}

Deno.test("prometheusText() names counters with their end, openMetricsText() without it, with units and an end", () => {
  const [plain, open] = [prometheusText(families()), openMetricsText(families())];
  assertMatch(plain, /^# TYPE locust_requests_total counter$/m);
  assertMatch(open, /^# TYPE locust_requests counter$/m);
  assertMatch(open, new RegExp(`^# UNIT ${DURATION} seconds$`, "m"));
  assert(open.endsWith("\n# EOF\n") && !plain.includes("# EOF"));
  assertEquals([prometheusText([]), openMetricsText([])], ["", "# EOF\n"]);
});

Deno.test("prometheusText() has the names of aiolocust where they are asked for", () => {
  const all = samples(prometheusText(families("aiolocust")));
  assertEquals(
    all.get('locust_client_duration_seconds_count{name="/a",http_method="GET",otel_status_code="UNSET"}'),
    100,
  );
  assertEquals(all.get("locust_current_users"), 0);
});

Deno.test("descriptions need no escape in either format", () => {
  for (const names of NAME_SETS) {
    for (const { description } of Object.values(metricsOf(names))) assert(!/["\\\n]/.test(description), description);
  }
});
