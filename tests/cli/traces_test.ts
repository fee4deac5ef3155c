// What the real command exports of traces, and what it shows of them.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../helpers/processes/command.ts";
import { locustfile } from "../helpers/runs/run.ts";
import { attributesOf, startCollector } from "../helpers/servers/collector.ts";
import { startServer } from "../helpers/servers/test_server.ts";

const SHOP = `
  import { assert } from "@x/locust";
  export async function run(client) {
    const resp = await client.get("/a");
    resp.span?.setAttribute("cart", "full");
    await client.get("/b", (resp) => assert(resp.status === 201));
  }`;

Deno.test("locust --trace-ratio exports the spans of the requests that carry the header (PARITY 58, 80)", async () => {
  await using server = startServer();
  await using collector = startCollector();
  await using file = await locustfile(SHOP);
  const { code, stdout, stderr } = await locust(
    [file.path, "-H", server.url, "-u", "2", "-i", "40", "--trace-ratio", "0.5", "--json", "-"].concat([
      ...["--otel-names", "aiolocust"],
    ]),
    { env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` } },
  );
  assertEquals([code, stderr.includes("Telemetry")], [0, false]);
  const spans = collector.of("/v1/traces").flatMap(({ message }) => message.resourceSpans[0].scopeSpans[0].spans);
  const hex = (base64: string) => Uint8Array.fromBase64(base64).toHex();
  const clients = spans.filter(({ kind }) => kind === 3);
  const headers = server.requests.flatMap(({ headers }) => headers.get("traceparent") ?? []);
  assertEquals(
    clients.map(({ traceId, spanId }) => `00-${hex(traceId)}-${hex(spanId)}-01`).toSorted(),
    headers.toSorted(),
  );
  assert(clients.length > 0 && clients.length < 80, `${clients.length}`); // one of 2^39 runs has none, or all
  const a = clients.find(({ name }) => name === "GET /a")!;
  const known = attributesOf(a);
  assertEquals([known["name"], known["http.method"], known["http.status"], known["http.url"], known["cart"]], [
    ...["/a", "GET", 200, `${server.url}/a`, "full"],
  ]);
  const b = clients.find(({ name }) => name === "GET /b")!;
  assertEquals([b.status.code, attributesOf(b)["error.type"]], [2, "AssertionError (locustfile.ts:6)"]);
  assertEquals(b.events.at(-1).name, "exception");
  const document = JSON.parse(stdout);
  assertEquals(document.run.spans, { recorded: spans.length, dropped: 0 });
  assert(spans.some(({ traceId }) => hex(traceId) === document.errors[0].traceId));
});

Deno.test("locust --otel console prints spans with their status, error, trace and own attributes (PARITY 7, 32, 70)", async () => {
  await using server = startServer();
  await using file = await locustfile(SHOP);
  const args = [file.path, "-H", server.url, "-i", "1", "--trace-ratio", "1", "--otel", "console", "--summary-only"];
  const { stdout } = await locust(args);
  const lines = stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const [a, b, root] = lines.filter((line) => line.span !== undefined);
  assertEquals([a.span, a.status, a.attributes.cart], ["GET /a", "UNSET", "full"]);
  assertEquals([b.span, b.status, b.events.at(-1).attributes["exception.type"]], ["GET /b", "ERROR", "AssertionError"]);
  assertEquals([root.span, root.traceId, root.parentSpanId], ["User.run", a.traceId, ""]);
  assertStringIncludes(lines.find((line) => line.resource !== undefined).resource.filename, "locustfile.ts");
  assertStringIncludes(stdout, `trace ${b.traceId}`); // in the table of errors
});

Deno.test("locust takes the share from OTEL_TRACES_SAMPLER, which --trace-ratio beats", async () => {
  await using server = startServer();
  const env = { OTEL_TRACES_SAMPLER: "parentbased_always_on", OTEL_TRACES_EXPORTER: "none" };
  await locust([server.url, "-i", "2"], { env });
  await locust([server.url, "-i", "2", "--trace-ratio", "0"], { env });
  assertEquals(server.requests.map(({ headers }) => headers.has("traceparent")), [true, true, false, false]);
});

Deno.test("locust warns of a sampler and a traces exporter that it does not know, also without --trace-ratio", async () => {
  await using server = startServer();
  const env = { OTEL_TRACES_SAMPLER: "jaeger_remote", OTEL_TRACES_EXPORTER: "zipkin" };
  const { code, stderr } = await locust([server.url, "-i", "1"], { env });
  assertEquals(code, 0);
  assertStringIncludes(stderr, 'OTEL_TRACES_SAMPLER "jaeger_remote": unknown sampler, ignored');
  assertStringIncludes(stderr, 'OTEL_TRACES_EXPORTER "zipkin": unknown exporter, ignored');
});

Deno.test("the log record of an exception in a sampled iteration names its trace, and --otel-names holds in events", async () => {
  await using server = startServer();
  await using file = await locustfile(`
    export async function run(client) {
      await client.get("/redirect/1");
      throw new RangeError("thrown here");
    }`);
  const args = [file.path, "-H", server.url, "-i", "1", "--trace-ratio", "1", "--otel", "console"];
  const { stdout } = await locust([...args, "--otel-names", "aiolocust", "--quiet"]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const root = lines.find(({ span }) => span === "User.run");
  const record = lines.find(({ log }) => log?.includes("thrown here"));
  assertEquals([record.traceId, record.spanId], [root.traceId, root.spanId]);
  const request = lines.find(({ span }) => span === "GET /redirect/1");
  const redirect = request.events.find(({ name }: { name: string }) => name === "redirect");
  assertEquals(redirect.attributes, { "http.status": 302 });
});

Deno.test("locust debug --traceparent prints the trace of each request", async () => {
  await using server = startServer();
  await using file = await locustfile(SHOP);
  const { stdout } = await locust(["debug", file.path, "-H", server.url, "--traceparent"]);
  const [id] = server.requests.map(({ headers }) => headers.get("traceparent")!.split("-")[1]);
  assertEquals(stdout.split(`   trace ${id}\n`).length - 1, 2);
});

Deno.test("locust refuses a ratio that is none, and says what --instrument is here (PARITY 7)", async () => {
  const { code, stderr } = await locust(["http://127.0.0.1:1", "--trace-ratio", "5", "--instrument"]);
  assertEquals(code, 2);
  assertMatch(stderr, /Cannot use --trace-ratio "5": not a share, expected 0 to 1, such as 0\.01\n/);
  assertMatch(stderr, /--instrument.*--trace-ratio/);
});
