import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../../../lib/core/version.ts";
import { logsRequest } from "../../../lib/telemetry/otlp/requests.ts";
import { OtlpSender, type OtlpTarget, retryAfterMs, type SenderOptions } from "../../../lib/telemetry/otlp/sender.ts";
import { startCollector } from "../../helpers/servers/collector.ts";

const request = () => logsRequest({}, [{ atMs: 1, level: "info", text: "hello" }]);

function senderTo(url: string, changes: Partial<OtlpTarget> = {}, options: SenderOptions = {}): OtlpSender {
  const target = {
    url: new URL(`${url}/v1/logs`),
    headers: {},
    protocol: "http/protobuf",
    compression: "none",
    timeoutMs: 5000,
  } as const;
  return new OtlpSender("logs", { ...target, ...changes }, { firstBackoffMs: 5, ...options });
}

const forever = () => new AbortController().signal;

for (const protocol of ["http/protobuf", "http/json"] as const) {
  for (const compression of ["none", "gzip"] as const) {
    Deno.test(`OtlpSender sends ${protocol} with compression ${compression} and its headers`, async () => {
      await using collector = startCollector();
      const sender = senderTo(collector.url, { protocol, compression, headers: { "X-Key": "secret" } });
      assertEquals(await sender.send(request, forever()), { isSent: true, rejected: 0, message: "" });
      const [{ headers, message }] = collector.received as [typeof collector.received[0]];
      assertEquals(message.resourceLogs[0].scopeLogs[0].logRecords[0].body.stringValue, "hello");
      assertEquals([headers.get("x-key"), headers.get("user-agent")], ["secret", `locust/${VERSION}`]);
      assertEquals(headers.get("content-encoding"), compression === "none" ? null : "gzip");
    });
  }
}

Deno.test("OtlpSender repeats after 429, 502, 503, 504 and lost connections, with what is newest then", async () => {
  const statuses = [429, 502, 503, 504, 200];
  await using collector = startCollector((count) => new Response(null, { status: statuses[count - 1]! }));
  const reasons: string[] = [];
  let made = 0;
  const sender = senderTo(collector.url, {}, { onRetry: (reason) => reasons.push(reason), firstBackoffMs: 1 });
  const delivery = await sender.send(() => (made++, request()), forever());
  assertEquals([delivery.isSent, made], [true, 5]);
  assertEquals(reasons, ["status 429", "status 502", "status 503", "status 504"]);
});

Deno.test("OtlpSender does not repeat after other statuses, redirects included", async () => {
  for (const status of [400, 401, 404, 302, 500]) {
    await using collector = startCollector(() => new Response(null, { status, headers: { location: "/elsewhere" } }));
    assertEquals(await senderTo(collector.url).send(request, forever()), { isSent: false, reason: `status ${status}` });
    assertEquals(collector.received.length, 1);
  }
});

Deno.test("OtlpSender keeps to Retry-After, also for the next request", async () => {
  await using collector = startCollector((count) =>
    count === 1 ? new Response(null, { status: 503, headers: { "retry-after": "1" } }) : new Response()
  );
  const sender = senderTo(collector.url);
  const startMs = performance.now();
  assertEquals(await sender.send(request, AbortSignal.timeout(100)), { isSent: false, reason: "status 503" });
  assertEquals(collector.received.length, 1);
  assertEquals((await sender.send(request, forever())).isSent, true);
  assert(performance.now() - startMs >= 999);
});

Deno.test("OtlpSender gives up when it is told to while a collector hangs", async () => {
  const hung = Promise.withResolvers<Response>();
  await using collector = startCollector(() => hung.promise);
  const delivery = await senderTo(collector.url).send(request, AbortSignal.timeout(50));
  hung.resolve(new Response());
  assertEquals(delivery, { isSent: false, reason: "no response in time" });
});

Deno.test("OtlpSender repeats after the timeout of an attempt", async () => {
  const hung = Promise.withResolvers<Response>();
  await using collector = startCollector((count) => count === 1 ? hung.promise : new Response());
  const reasons: string[] = [];
  const sender = senderTo(collector.url, { timeoutMs: 40 }, { onRetry: (reason) => reasons.push(reason) });
  assertEquals((await sender.send(request, forever())).isSent, true);
  hung.resolve(new Response());
  assertEquals([...new Set(reasons)], ["no response within 40 ms"]);
});

Deno.test("OtlpSender tries a collector that never answered twice at the end", async () => {
  const collector = startCollector();
  await collector.close();
  const retried: string[] = [];
  const sender = senderTo(collector.url, {}, { onRetry: (reason) => retried.push(reason) });
  sender.finish(60_000);
  assertEquals(await sender.send(request, forever()), { isSent: false, reason: "connection refused" });
  assertEquals(retried, ["connection refused"]);
});

Deno.test("OtlpSender reads what was rejected, and no more of a response than it needs", async () => {
  const json = JSON.stringify({ partialSuccess: { rejectedLogRecords: 1, errorMessage: "too old" } });
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
  });
  await using collector = startCollector((count) =>
    new Response(count === 1 ? json : endless, { headers: { "content-type": "application/json" } })
  );
  const sender = senderTo(collector.url, { protocol: "http/json" });
  assertEquals(await sender.send(request, forever()), { isSent: true, rejected: 1, message: "too old" });
  assertEquals(await sender.send(request, forever()), { isSent: true, rejected: 0, message: "" });
});

Deno.test("retryAfterMs() reads seconds and dates", () => {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  for (
    const [value, ms] of [
      ["2", 2000],
      ["0", 0],
      ["Fri, 02 Jan 2026 03:04:35 GMT", 30_000],
      ["Fri, 02 Jan 2026 03:00:00 GMT", 0],
      ["soon", null],
      [null, null],
    ] as const
  ) assertEquals(retryAfterMs(value, nowMs), ms);
});
