// What the real command exports, and that it is never in the way.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../helpers/processes/command.ts";
import { locustfile } from "../helpers/runs/run.ts";
import { attributesOf, pointsOf, startCollector } from "../helpers/servers/collector.ts";
import { startServer } from "../helpers/servers/test_server.ts";

const SHOP = `import { log } from "@x/locust";
  export async function run(client, user) {
    user.check("is there", (await client.get("/a")).ok);
    await client.get("/status/404");
    (await client.get("/status/500")).error = false;
    (await client.get("/b")).error = "too late";
    log.info("bought");
  }`;

for (
  const [names, duration, row] of [
    ["standard", "http.client.request.duration", "locust.row"],
    ["aiolocust", "locust.client.duration", "name"],
  ] as const
) {
  Deno.test(`locust --otel-names ${names} exports figures that equal the summary, and the log (PARITY 57, 59, 80, 84)`, async () => {
    await using server = startServer();
    await using collector = startCollector();
    await using file = await locustfile(SHOP);
    const args = [file.path, "-H", server.url, "-u", "3", "-i", "20", "-w", "2", "--json", "-"];
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      LOCUST_PROFILE: "nightly",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
    };
    const { code, stdout, stderr } = await locust([...args, "--otel-names", names], { env });
    assertEquals([code, stderr.includes("Telemetry")], [0, false]);
    const summary = JSON.parse(stdout);
    const last = collector.of("/v1/metrics").at(-1)!;
    const points = pointsOf(last, duration).map((point) => {
      const { [row]: name, "error.type": type, "otel.status_code": status } = attributesOf(point);
      return [name, type, status, point.count, Math.round(point.sum * 1e6)];
    });
    const sums: Record<string, number> = Object.fromEntries(
      summary.rows.map((one: { name: string; meanMs: number }) => [one.name, Math.round(one.meanMs * 20_000)]),
    );
    const [good, bad] = names === "aiolocust" ? ["UNSET", "ERROR"] : [];
    assertEquals(points, [
      ["/a", undefined, good, 20, sums["/a"]],
      ["/status/404", "404", bad, 20, sums["/status/404"]],
      ["/status/500", undefined, good, 20, sums["/status/500"]],
      ["/b", "too late", bad, 20, sums["/b"]],
    ]);
    assertEquals(pointsOf(last, "locust.failures").map((one) => [one.asInt, attributesOf(one)["error.type"]]), [
      [20, "404"],
      [20, "too late"],
    ]);
    assertEquals(pointsOf(last, "locust.checks").map(({ asInt }) => asInt), [20, 0]);
    const resource = attributesOf(last.message.resourceMetrics[0].resource);
    assertEquals([resource["service.name"], resource["profile"], resource["filename"]], [
      "locust",
      "nightly",
      file.path,
    ]);
    const texts = collector.of("/v1/logs").flatMap(({ message }) => message.resourceLogs[0].scopeLogs[0].logRecords)
      .map((record) => record.body.stringValue);
    assertEquals(texts.filter((text) => text === "bought").length, 20);
    assert(texts.some((text) => text.startsWith("Starting test")), texts.join());
  });
}

Deno.test("locust exports lines of the log with the span of the iteration or step that they were written in (PARITY 84)", async () => {
  await using server = startServer();
  await using collector = startCollector();
  await using file = await locustfile(`import { log } from "@x/locust";
    export async function run(client, user) {
      log.info("in the iteration");
      await user.step("buy", async () => {
        await client.get("/a");
        log.info("in the step");
      });
    }`);
  const args = [file.path, "-H", server.url, "-u", "2", "-i", "6", "--trace-ratio", "1"];
  const { code } = await locust(args, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  assertEquals(code, 0);
  const spans = collector.of("/v1/traces").flatMap(({ message }) => message.resourceSpans[0].scopeSpans[0].spans);
  const records = collector.of("/v1/logs").flatMap(({ message }) => message.resourceLogs[0].scopeLogs[0].logRecords);
  const idsOf = (wanted: (one: { name: string; parentSpanId?: string }) => boolean) =>
    spans.filter(wanted).map(({ traceId, spanId }) => `${traceId} ${spanId}`).toSorted();
  const loggedIn = (text: string) =>
    records.filter(({ body }) => body.stringValue === text).map(({ traceId, spanId }) => `${traceId} ${spanId}`)
      .toSorted();
  assertEquals(loggedIn("in the iteration"), idsOf(({ parentSpanId }) => parentSpanId === undefined));
  assertEquals(loggedIn("in the step"), idsOf(({ name }) => name === "buy"));
  assertEquals(loggedIn("in the step").length, 6);
  assertEquals(records.find(({ body }) => /^Starting test/.test(body.stringValue)).traceId, undefined);
});

Deno.test("locust with a collector that hangs stops within five seconds of Ctrl-C, with its results (PARITY 62, 70)", async () => {
  const never = Promise.withResolvers<Response>();
  await using server = startServer();
  await using collector = startCollector(() => never.promise);
  let atMs = 0;
  const { code, stdout, stderr } = await locust([server.url, "-u", "2", "--max-rps", "50", "--otel"], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    when: [["Starting test", (process) => {
      atMs = performance.now();
      process.kill("SIGINT");
    }]],
  });
  assert(performance.now() - atMs < 5000);
  never.resolve(new Response());
  assertEquals(code, 0);
  assertMatch(stdout, / Summary/);
  assertMatch(
    stderr,
    /WARNING Telemetry to \S+\/v1\/metrics: 1 of 1 exports of metrics lost \(no response in time\)\n/,
  );
  assertMatch(stderr, /WARNING Telemetry to \S+\/v1\/logs: \d of \d log lines lost \(no response in time\)\n/);
});

Deno.test("locust with a dead collector has the same results and warns with counts (PARITY 62, 70)", async () => {
  await using server = startServer();
  const dead = startCollector();
  await dead.close();
  const { code, stdout, stderr } = await locust([server.url, "-i", "30", "--otel"], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: dead.url },
  });
  assertEquals([code, server.hits], [0, 30]);
  assertMatch(stdout, /Total +30 +0 /);
  assertMatch(stderr, /\/v1\/metrics: 1 of 1 exports of metrics lost \(connection refused\)\n/);
});

Deno.test("locust with OTEL_EXPORTER_OTLP_PROTOCOL=grpc exits with 2, says what to do and sends nothing (PARITY 61)", async () => {
  await using server = startServer();
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_METRICS_EXPORTER: "otlp" };
  const [{ code, stderr }, off] = await Promise.all([
    locust([server.url, "-i", "1"], { env }),
    locust([server.url, "-i", "1", "--otel", "off"], { env }),
  ]);
  assertEquals([code, off.code, server.hits], [2, 0, 1]);
  assertEquals(
    stderr,
    `Cannot use OTEL_EXPORTER_OTLP_PROTOCOL "grpc": not supported for telemetry, expected http/protobuf or http/json, which collectors take on port 4318\n` +
      `hint: --otel off runs without telemetry, whatever the variables say\nTry "locust --help".\n`,
  );
});

Deno.test("locust --otel console prints to stderr if stdout has the JSON, and warns of --prometheus (PARITY 60)", async () => {
  await using server = startServer();
  const { code, stdout, stderr } = await locust(
    [server.url, "-i", "2", "--json", "-", "-q", "--log-level", "warning"],
    {
      env: { OTEL_METRICS_EXPORTER: "console,prometheus" },
    },
  );
  assertEquals([code, JSON.parse(stdout).total.count], [0, 2]);
  const [warning, resource, ...metrics] = stderr.trimEnd().split("\n");
  assertStringIncludes(
    warning!,
    `WARNING Cannot use OTEL_METRICS_EXPORTER "prometheus": unknown exporter, ignored, use --prometheus`,
  );
  assertStringIncludes(resource!, `{"resource":{"service.name":"locust"`);
  assertEquals(metrics.map((line) => JSON.parse(line).metric).slice(0, 2), [
    "http.client.request.duration",
    "locust.requests",
  ]);
});

Deno.test("the command does not load telemetry until it is asked for", async () => {
  const entry = new URL("../../lib/cli/run_app.ts", import.meta.url).href;
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], stderr: "null" }).output();
  type Dependency = { readonly code?: { readonly specifier: string }; readonly isDynamic?: boolean };
  type Module = { readonly specifier: string; readonly dependencies?: readonly Dependency[] };
  const modules = (JSON.parse(new TextDecoder().decode(info.stdout)) as { modules: Module[] }).modules;
  const bySpecifier = new Map(modules.map((one) => [one.specifier, one.dependencies ?? []]));
  const loaded = new Set([entry]);
  for (const specifier of loaded) {
    for (const { code, isDynamic } of bySpecifier.get(specifier) ?? []) {
      if (code !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  assert(
    [...loaded].some((specifier) => specifier.endsWith("/lib/engine/run/run_session.ts")),
    "the run itself is loaded",
  );
  assertEquals([...loaded].filter((specifier) => specifier.includes("/lib/telemetry/")), []);
});
