// Spans of requests, over every transport: what the server sees, and what is recorded.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { errorTypeOf } from "../../../lib/spans/error_type.ts";
import type { SpanRecord } from "../../../lib/spans/span_record.ts";
import { type TestClient, testClient } from "../../helpers/http/client.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";
import { startDroppingServer } from "../../helpers/servers/dropping_server.ts";
import { startEcho } from "../../helpers/servers/echo_server.ts";
import { startServer, type TestServer } from "../../helpers/servers/test_server.ts";

/** Does something in an iteration, and returns its spans. */
async function iterate(test: TestClient, run: (client: TestClient["client"]) => Promise<unknown>) {
  test.trace.begin(true);
  await run(test.client);
  test.client.endIteration();
  test.trace.end("run");
  return test.spans;
}

/** Returns what a server saw of the header, as trace and span. */
function parentsSeen({ requests }: TestServer): string[] {
  return requests.map(({ headers }) => headers.get("traceparent") ?? "none");
}

function headerOf({ traceId, spanId }: SpanRecord): string {
  return `00-${traceId}-${spanId}-01`;
}

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  Deno.test(`a request of a sampled iteration has a span, whose header the server sees (${transport})`, async () => {
    await using server = startServer();
    await using test = testClient(server.url, { transport });
    await test.client.get("/before");
    const spans = await iterate(test, async (client) => {
      const response = await client.get("/item/7?token=abc", { name: "/item/:id" });
      assertEquals(response.traceId, test.trace.current!.traceId);
      response.span!.setAttribute("order", 7);
      await client.get("/plain");
      await client.get("/plain");
    });
    const response = await test.client.get("/after");
    assertEquals([response.traceId, response.span], [null, null]);
    const root = spans.at(-1)!;
    const requests = spans.slice(0, -1);
    assertEquals(parentsSeen(server), ["none", ...requests.map(headerOf), "none"]);
    assertEquals(requests.map(({ name, kind }) => [name, kind]), [
      ["GET /item/:id", "client"],
      ["GET /plain", "client"],
      ["GET /plain", "client"],
    ]);
    assert(requests.every(({ parentSpanId, traceId }) => parentSpanId === root.spanId && traceId === root.traceId));
    const { port } = new URL(server.url);
    const { "network.protocol.version": version, ...attributes } = requests[0]!.attributes;
    assertEquals(version, transport === "fetch" ? undefined : transport.startsWith("socket 2") ? "2" : "1.1");
    assertEquals(attributes, {
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "locust.row": "/item/:id",
      "server.address": "127.0.0.1",
      "server.port": Number(port),
      "url.full": `${server.url}/item/7?token=***`,
      "order": 7,
    });
    assertEquals([requests[0]!.status, requests[0]!.events.at(-1)!.name], ["unset", "responseStart"]);
    const [judged] = test.judged.slice(1);
    assertEquals(requests[0]!.endMs - requests[0]!.startMs, judged!.ttlbMs);
  });

  Deno.test(`targets of redirects are children, each with a header of its own (${transport})`, async () => {
    await using server = startServer();
    await using test = testClient(server.url, { transport });
    const spans = await iterate(test, (client) => client.get("/redirect/2"));
    const [first, second, request] = spans as [SpanRecord, SpanRecord, SpanRecord];
    assertEquals(spans.map(({ name }) => name), ["GET", "GET", "GET /redirect/2", "Shopper.run"]);
    assertEquals([first.parentSpanId, second.parentSpanId], [request.spanId, request.spanId]);
    assertEquals(parentsSeen(server), [request, first, second].map(headerOf));
    assertEquals([first, second].map(({ attributes }) => attributes["http.request.resend_count"]), [1, 2]);
    assertEquals([first, second, request].map(({ attributes }) => attributes["http.response.status_code"]), [
      ...[302, 200, 200],
    ]);
    assertEquals(request.events.filter(({ name }) => name === "redirect").length, 2);
    assert(request.startMs < first.startMs && first.endMs <= second.startMs && second.endMs === request.endMs);
  });

  Deno.test(`failures have the error.type of metrics, and what the script decides beats them (${transport})`, async () => {
    await using server = startServer();
    await using test = testClient(server.url, { transport, timeout: "50ms" });
    const refused = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = refused.addr.port;
    refused.close();
    const spans = await iterate(test, async (client) => {
      await client.get("/status/500");
      (await client.get("/status/404")).error = false;
      (await client.get("/status/200")).error = "no price";
      await client.get("/", () => {
        throw new SyntaxError("not JSON");
      }).catch(() => {});
      const late = await assertRejects(() => client.get("/delay/300"), RequestError);
      assertEquals(late.traceId, test.trace.current!.traceId);
      await client.get(`http://127.0.0.1:${port}/`).catch(() => {});
    });
    const requests = spans.slice(0, -1);
    assertEquals(requests.map(({ attributes, status }) => [status, attributes["error.type"]]), [
      ["error", "500"],
      ["unset", undefined],
      ["error", "no price"],
      ["error", requests[3]!.statusMessage],
      ["error", "timeout after 50ms"],
      ["error", "connection refused"],
    ]);
    const types = requests.map(({ attributes }) => attributes["error.type"]).filter((type) => type !== undefined);
    const counted = test.summary().errors.map(({ text }) => errorTypeOf(text));
    assertEquals(types.toSorted(), counted.toSorted(), "as metrics have it, so that both can be joined");
    assertEquals(requests[2]!.statusMessage, "no price");
    assertMatch(requests[3]!.statusMessage, /^not JSON \(request_span_test\.ts:\d+\)$/);
    const exceptions = requests.flatMap(({ events }) => events.filter(({ name }) => name === "exception"));
    assertEquals(exceptions.map(({ attributes }) => attributes["exception.type"]), [
      ...["SyntaxError", "RequestError", "RequestError"],
    ]);
    assertMatch(String(exceptions[0]!.attributes["exception.stacktrace"]), /request_span_test\.ts:\d+/);
    const errors = test.summary().errors;
    assertEquals(new Set(errors.map(({ traceId }) => traceId)), new Set([requests[0]!.traceId]));
  });

  Deno.test(`a header of the script's own stays, and a stream has a span, too (${transport})`, async () => {
    await using server = startServer();
    await using test = testClient(server.url, { transport });
    const own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    const spans = await iterate(test, async (client) => {
      const response = await client.get("/own", { headers: { traceparent: own } });
      assertEquals(response.traceId, "4bf92f3577b34da6a3ce929d0e0e4736");
      const stream = await client.stream("/stream");
      assertEquals(stream.traceId, test.trace.current!.traceId);
      for await (const _ of stream.chunks()) stream.span!.setAttribute("isRead", true);
    });
    assertEquals(parentsSeen(server), [own, headerOf(spans[1]!)]);
    const { traceId, spanId, parentSpanId } = spans[0]!;
    assertEquals([`00-${traceId}-${spanId}-00`, parentSpanId], [own, ""], "what the server sees, without a parent");
    assertEquals(spans[1]!.traceId, spans[2]!.traceId);
    const { attributes, status } = spans[1]!;
    assertEquals([attributes["http.response.status_code"], attributes["isRead"], status], [200, true, "unset"]);
  });
}

Deno.test("a connection is events of the request that waited for it", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const spans = await iterate(test, async (client) => {
    await client.get("/");
    await client.get("/");
  });
  assertEquals(spans.slice(0, 2).map(({ events }) => events.map(({ name }) => name)), [
    ["connectStart", "connectEnd", "requestStart", "responseStart"],
    ["requestStart", "responseStart"],
  ]);
});

Deno.test("a repeat is a child of the request that it repeats", async () => {
  await using server = await startDroppingServer();
  await using test = testClient(server.url);
  const spans = await iterate(test, async (client) => {
    await client.get("/");
    await client.get("/"); // dropped, and sent once more
  });
  assertEquals(spans.map(({ name }) => name), ["GET /", "GET", "GET /", "Shopper.run"]);
  const [, repeat, request] = spans;
  assertEquals([repeat!.parentSpanId, repeat!.endMs], [request!.spanId, request!.endMs]);
  assertEquals([repeat!.attributes["http.request.resend_count"], repeat!.status], [1, "unset"]);
});

Deno.test("a WebSocket's handshake carries the trace, and its named messages have spans (PARITY 75)", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const spans = await iterate(test, async (client) => {
    await using socket = await client.ws("/ws?token=abc", { name: "chat" });
    socket.send("a", { name: "say" });
    await socket.receive();
    socket.send("mute", { name: "say" });
    await socket.receive({ timeout: "5ms" }).catch(() => {});
    await client.ws("http://127.0.0.1:1/", { name: "nobody" }).catch(() => {});
  });
  assertEquals(spans.map(({ name, kind, status }) => `${name} ${kind} ${status}`), [
    "WS chat client unset",
    "WS say client unset",
    "WS say client error",
    "WS nobody client error",
    "Shopper.run internal unset",
  ]);
  assertEquals(server.seen.map(({ headers }) => headers.get("traceparent")), [headerOf(spans[0]!)]);
  assertEquals(spans[0]!.attributes["url.full"], `${server.url.replace("http", "ws")}/ws?token=***`);
  assertEquals(spans[2]!.attributes["error.type"], spans[2]!.statusMessage);
});
