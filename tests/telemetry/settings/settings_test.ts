import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { readSettings, type TelemetryFlags, type TelemetrySettings } from "../../../lib/telemetry/settings/settings.ts";

const LABELS = { otel: "--otel", otelNames: "--otel-names", profile: "--profile" };

/** Reads settings from flags and variables. */
function read(flags: TelemetryFlags, env: Record<string, string> = {}, isTracing = false) {
  const warnings: string[] = [];
  const source = {
    flags,
    labelOf: (key: keyof TelemetryFlags) => LABELS[key],
    read: (name: string) => env[name],
    isTracing,
  };
  return { settings: readSettings(source, (text) => warnings.push(text)), warnings };
}

/** Returns what is exported and where: the URL, `console`, or both. */
function placesOf(settings: TelemetrySettings | null): Record<string, string[]> {
  return Object.fromEntries((["metrics", "traces", "logs"] as const).flatMap((signal) => {
    const own = settings?.[signal] ?? null;
    return own === null
      ? []
      : [[signal, [...(own.isPrinted ? ["console"] : []), ...(own.target === null ? [] : [own.target.url.href])]]];
  }));
}

const at = (base: string, ...signals: string[]) =>
  Object.fromEntries(signals.map((one) => [one, [`${base}/v1/${one}`]]));
const LOCAL = "http://localhost:4318";

for (
  const [flags, env, isTracing, places] of [
    [{}, {}, false, {}],
    [{ otel: "on" }, {}, false, at(LOCAL, "metrics", "logs")],
    [{ otel: "true" }, {}, true, at(LOCAL, "metrics", "traces", "logs")],
    [{}, {}, true, at(LOCAL, "traces")],
    [{ otel: "console" }, {}, false, { metrics: ["console"], logs: ["console"] }],
    [{ otel: "console,otlp" }, { OTEL_LOGS_EXPORTER: "none" }, false, {
      metrics: ["console", `${LOCAL}/v1/metrics`],
      logs: ["console", `${LOCAL}/v1/logs`],
    }],
    [{ otel: "on" }, { OTEL_LOGS_EXPORTER: "none", OTEL_METRICS_EXPORTER: "console" }, false, { metrics: ["console"] }],
    [{ otel: "off" }, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:1" }, true, {}],
    [{ otel: "none" }, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:1" }, true, {}],
    [{ otel: "on" }, { OTEL_SDK_DISABLED: "true" }, true, {}],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:1/base/" }, false, at("http://c:1/base", "metrics", "logs")],
    [{}, { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "https://c/own?x=1" }, false, { metrics: ["https://c/own?x=1"] }],
    [{}, { OTEL_METRICS_EXPORTER: "otlp" }, false, at(LOCAL, "metrics")],
    [{}, { OTEL_TRACES_EXPORTER: "otlp" }, false, {}],
    [{}, { OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: "" }, true, {}],
    [{}, { OTEL_LOGS_EXPORTER: "console, otlp" }, false, { logs: ["console", `${LOCAL}/v1/logs`] }],
  ] as [TelemetryFlags, Record<string, string>, boolean, Record<string, string[]>][]
) {
  const spans = isTracing ? " and spans" : "";
  Deno.test(`readSettings() with ${JSON.stringify({ ...flags, ...env })}${spans} exports ${JSON.stringify(places)}`, () => {
    assertEquals(placesOf(read(flags, env, isTracing).settings), places);
  });
}

Deno.test("readSettings() reads protocol, headers, timeout and compression, those of a signal first (PARITY 61)", () => {
  const { settings } = read({ otel: "on" }, {
    OTEL_EXPORTER_OTLP_PROTOCOL: "http",
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_HEADERS: "X-Key=a%20b, tenant=1",
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: "tenant=2",
    OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: "700",
    OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
    OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: "none",
    OTEL_METRIC_EXPORT_INTERVAL: "2500",
  });
  const { metrics, logs, intervalMs } = settings!;
  const [{ url: _, ...ofMetrics }, { url: __, ...ofLogs }] = [metrics!.target!, logs!.target!];
  assertEquals(ofMetrics, {
    ...{ protocol: "http/protobuf", compression: "gzip", timeoutMs: 700, tls: {} },
    headers: { "X-Key": "a b", tenant: "1" },
  });
  assertEquals(ofLogs, {
    protocol: "http/json",
    compression: "none",
    timeoutMs: 500,
    tls: {},
    headers: { tenant: "2" },
  });
  assertEquals(intervalMs, 2500);
});

Deno.test("readSettings() turns credentials of a URL into a header", () => {
  const { settings } = read({}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:p%40ss@c:1" });
  const { url, headers } = settings!.metrics!.target!;
  assertEquals([url.href, headers], ["http://c:1/v1/metrics", { authorization: `Basic ${btoa("me:p@ss")}` }]);
  const plain = read({}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:50%@c:1" }).settings!.metrics!.target!;
  assertEquals(plain.headers, { authorization: `Basic ${btoa("me:50%")}` });
});

Deno.test("readSettings() reads names, temporality and buckets", () => {
  const formatOf = (flags: TelemetryFlags, env: Record<string, string> = {}) => {
    const { format, names } = read({ otel: "on", ...flags }, env).settings!;
    return [names, format.temporality, format.histograms];
  };
  const [temporality, histograms] = ["TEMPORALITY_PREFERENCE", "DEFAULT_HISTOGRAM_AGGREGATION"].map((name) =>
    `OTEL_EXPORTER_OTLP_METRICS_${name}`
  ) as [string, string];
  assertEquals(formatOf({}), ["standard", "cumulative", "exponential"]);
  assertEquals(formatOf({ otelNames: "aiolocust" }), ["aiolocust", "cumulative", "explicit"]);
  assertEquals(formatOf({}, { [temporality]: "Delta", [histograms]: "explicit_bucket_histogram" }), [
    "standard",
    "delta",
    "explicit",
  ]);
  assertEquals(formatOf({}, { [temporality]: "lowmemory" }), ["standard", "delta", "exponential"]);
});

Deno.test("readSettings() takes the resource from variables and --profile (PARITY 12)", () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: "team=a%2Cb,service.name=x,profile=y", OTEL_SERVICE_NAME: "shop" };
  assertEquals(read({ otel: "on", profile: "nightly" }, env).settings!.resource, {
    ...{ profile: "nightly", team: "a,b", "service.name": "shop" },
  });
  assertEquals(read({ otel: "on", profile: "nightly" }).settings!.resource, { profile: "nightly" });
});

Deno.test("readSettings() warns of exporters in variables that it does not know, and ignores them (PARITY 60)", () => {
  const { settings, warnings } = read({}, {
    OTEL_METRICS_EXPORTER: "prometheus,console,zipkin",
    OTEL_LOGS_EXPORTER: "file",
  });
  assertEquals(placesOf(settings), { metrics: ["console"] });
  assertEquals(warnings, [
    `Cannot use OTEL_METRICS_EXPORTER "prometheus": unknown exporter, ignored, use --prometheus`,
    `Cannot use OTEL_METRICS_EXPORTER "zipkin": unknown exporter, ignored, expected otlp, console, none`,
    `Cannot use OTEL_LOGS_EXPORTER "file": unknown exporter, ignored, expected otlp, console, none`,
  ]);
});

Deno.test("readSettings() lists everything that cannot be used, without secrets, and the way out", () => {
  const error = assertThrows(() =>
    read({ otel: "on" }, {
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_ENDPOINT: "me:secret@c:4317",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization",
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: "a=b,c=%zz",
      OTEL_EXPORTER_OTLP_TIMEOUT: "0",
      OTEL_EXPORTER_OTLP_COMPRESSION: "br",
      OTEL_EXPORTER_OTLP_CLIENT_KEY: "k.pem",
      OTEL_METRIC_EXPORT_INTERVAL: "soon",
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "none",
    }), UsageError);
  assertEquals(error.problems, [
    "Cannot use OTEL_EXPORTER_OTLP_ENDPOINT: not a URL that begins with http:// or https://, expected one such as http://localhost:4318",
    "Cannot use OTEL_EXPORTER_OTLP_HEADERS: part 1 is not usable, expected name=value, percent-encoded",
    'Cannot use OTEL_EXPORTER_OTLP_PROTOCOL "grpc": not supported for telemetry, expected http/protobuf or http/json, which collectors take on port 4318',
    'Cannot use OTEL_EXPORTER_OTLP_COMPRESSION "br": unknown, expected gzip or none',
    'Cannot use OTEL_EXPORTER_OTLP_TIMEOUT "0": not a number of milliseconds, expected 1 to 2147483647',
    "Cannot use OTEL_EXPORTER_OTLP_CLIENT_KEY: half of a pair, expected OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE beside it",
    "Cannot use OTEL_EXPORTER_OTLP_LOGS_HEADERS: part 2 is not usable, expected name=value, percent-encoded",
    'Cannot use OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE "none": unknown, expected cumulative or delta or lowmemory',
    'Cannot use OTEL_METRIC_EXPORT_INTERVAL "soon": not a number of milliseconds, expected more than 0',
  ]);
  assertEquals(error.hint, "--otel off runs without telemetry, whatever the variables say");
});

Deno.test("readSettings() refuses exporters and names of flags that it does not know", () => {
  const error = assertThrows(() => read({ otel: "consol,prometheus", otelNames: "k6" }), UsageError);
  assertEquals(error.problems, [
    'Cannot use --otel "consol": unknown exporter, did you mean "console"?',
    'Cannot use --otel "prometheus": unknown exporter, expected --prometheus for it',
    'Cannot use --otel-names "k6": unknown, expected standard or aiolocust',
  ]);
});
