import { assertEquals, assertStringIncludes } from "@std/assert";
import { PrometheusExporter } from "../../../lib/telemetry/prometheus/exporter.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../../helpers/runs/run_result.ts";

/** Headers of a scrape by Prometheus. */
const SCRAPE = { "x-prometheus-scrape-timeout-seconds": "10", "user-agent": "Prometheus/2.42.0" };

function start() {
  const clock = { nowMs: 0 };
  const exporter = new PrometheusExporter({ host: "127.0.0.1", port: 0 }, "standard", () => clock.nowMs);
  const ask = async (path = "/metrics", init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${exporter.port}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const count = async (headers: Record<string, string> = {}) =>
    /duration_seconds_count\{.*\} (\d+)/.exec((await ask("/metrics", { headers })).text)?.[1] ?? null;
  return { clock, exporter, ask, count, [Symbol.asyncDispose]: () => exporter.close() };
}

Deno.test("PrometheusExporter serves the figures of the last view, and after the run those of its summary", async () => {
  await using served = start();
  const { exporter, ask, count } = served;
  assertEquals([await count(), (await ask()).text.includes("locust_users 0\n")], [null, true]);
  exporter.onStart();
  exporter.onView(viewAt(1000));
  assertEquals([await count(), (await ask()).text.includes("locust_users 2\n")], ["10", true]);
  exporter.onView(viewAt(2000));
  assertEquals(await count(), "20");
  exporter.onResult(resultOf(plainSummary(33, 2000)));
  const { text } = await ask();
  assertStringIncludes(text, "\nlocust_users 0\n");
  assertEquals([await count(), await count()], ["33", "33"]);
  exporter.onStart();
  assertEquals(await count(), null);
});

Deno.test("PrometheusExporter serves no request of the warm-up", async () => {
  await using served = start();
  served.exporter.onView({ ...viewAt(1000), isWarmingUp: true });
  assertEquals(await served.count(), null);
});

Deno.test("PrometheusExporter refuses other paths, methods and hosts", async () => {
  await using served = start();
  const { ask, exporter } = served;
  assertEquals((await ask("/")).status, 404);
  assertEquals((await ask("/metrics/x")).status, 404);
  const posted = await ask("/metrics", { method: "POST", body: "x" });
  assertEquals([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
  assertEquals((await ask("/metrics?a=b", { method: "HEAD" })).status, 200);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: exporter.port });
  await connection.write(new TextEncoder().encode("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
  assertStringIncludes(await new Response(connection.readable).text(), "HTTP/1.1 421 Misdirected Request\r\n");
});

Deno.test("PrometheusExporter answers in the format that was asked for", async () => {
  await using served = start();
  const { headers, text } = await served.ask("/metrics", { headers: { accept: "application/openmetrics-text" } });
  assertEquals(headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  assertStringIncludes(text, "# EOF\n");
});

Deno.test("PrometheusExporter.lastScrape() waits for those who have scraped, once the run has ended", async () => {
  await using served = start();
  const { exporter, count } = served;
  exporter.onStart();
  exporter.onView(viewAt(1000));
  await count(SCRAPE);
  assertEquals(exporter.isAwaited, false, "the run goes on");
  exporter.onResult(resultOf(plainSummary(33, 2000)));
  assertEquals(exporter.isAwaited, true);
  let isOver = false;
  const over = exporter.lastScrape().then(() => isOver = true);
  await count();
  assertEquals(isOver, false, "a look by hand");
  assertEquals(await count(SCRAPE), "33");
  await over;
  assertEquals(exporter.isAwaited, false);
});

Deno.test("PrometheusExporter waits for nobody who has not scraped, or not for a long time", async () => {
  await using served = start();
  const { exporter, clock, count } = served;
  exporter.onStart();
  await count();
  exporter.onResult(resultOf(plainSummary(1, 1)));
  assertEquals(exporter.isAwaited, false, "only looks by hand");
  exporter.onStart();
  await count(SCRAPE);
  clock.nowMs = 200_000;
  exporter.onFailure(resultOf(plainSummary(1, 1), { info: INFO }));
  assertEquals(exporter.isAwaited, false, "too long ago");
});
