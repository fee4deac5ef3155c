// Requests over a transport controlled by the test, including its times.

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { nowMs } from "../../../../lib/core/clock.ts";
import { ClientContext } from "../../../../lib/http/client/client_context.ts";
import { RequestError } from "../../../../lib/http/client/request_error.ts";
import type { ClientSettings } from "../../../../lib/http/client/request_options.ts";
import { LocustClientSession } from "../../../../lib/http/session.ts";
import {
  type Exchange,
  type ExchangeListener,
  type Transport,
  TransportError,
  type WireRequest,
  type WireResponse,
} from "../../../../lib/http/transport.ts";
import { Recorder } from "../../../../lib/stats/recorder.ts";
import { summarize, type Summary } from "../../../../lib/stats/summary.ts";
import { Totals } from "../../../../lib/stats/totals.ts";
import { errorsOf, rowsOf } from "../../../helpers/http/client.ts";

/** Holds what is sent until the test says how it goes on. */
class HeldTransport implements Transport {
  readonly requests: WireRequest[] = [];
  #listener: ExchangeListener | null = null;

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    this.requests.push(request);
    this.#listener = listener;
    return { hold() {}, abort: (reason) => queueMicrotask(() => listener.onError(reason, 0)) };
  }

  /** The listener of the last request. */
  get listener(): ExchangeListener {
    return this.#listener!;
  }

  close(): void {}
}

function answered(lastByteMs: number, location: string | null = null): WireResponse {
  return {
    status: location === null ? 200 : 302,
    statusText: "",
    body: new Uint8Array(),
    contentEncoding: null,
    bytesReceived: 100,
    firstByteMs: lastByteMs - 1,
    lastByteMs,
    setCookies: [],
    connectPhases: null,
    sharedText: null,
    header: (name) => name === "location" ? location : null,
    headerLines: () => [],
    trailers: [],
    httpVersion: null,
  };
}

function heldClient(settings: ClientSettings = {}) {
  const transport = new HeldTransport();
  const recorder = new Recorder();
  const totals = new Totals();
  const context = new ClientContext({
    recorder,
    baseUrl: "http://127.0.0.1",
    settings,
    createTransport: () => transport,
  });
  return {
    client: new LocustClientSession(context),
    transport,
    summary(): Summary {
      totals.add(recorder.takeDelta());
      return summarize(totals, 1000);
    },
    [Symbol.dispose]: () => context.close(),
  };
}

Deno.test("the time does not include how long a redirect's target is held back", async () => {
  using test = heldClient();
  const { client, transport } = test;
  const pending = client.get("/a");
  const startMs = nowMs();
  transport.listener.onStart(startMs);
  transport.listener.onResponse(answered(startMs + 10, "/b"));
  transport.listener.onStart(startMs + 5010);
  transport.listener.onResponse(answered(startMs + 5030, "/c"));
  transport.listener.onStart(startMs + 7030);
  transport.listener.onResponse(answered(startMs + 7070));
  const response = await pending;
  assertAlmostEquals(response.ttlb, 0.07, 1e-6);
  assertAlmostEquals(response.ttfb, 0.069, 1e-6);
});

Deno.test("a redirect's target cancelled before it is sent is not counted, nor is its wait", async () => {
  using test = heldClient();
  const { client, transport } = test;
  const controller = new AbortController();
  const pending = client.get("/a", { signal: controller.signal });
  const startMs = nowMs() - 60_000;
  transport.listener.onStart(startMs);
  transport.listener.onResponse(answered(startMs + 10, "/b"));
  assertEquals([transport.requests.length, test.summary().total.redirects], [2, 0]);
  controller.abort();
  await assertRejects(() => pending, RequestError, "aborted");
  const { total } = test.summary();
  assertEquals([total.count, total.failures, total.redirects], [1, 1, 0]);
  assert(total.maxMs > 9 && total.maxMs < 11, `${total.maxMs} ms`);
});

Deno.test("a timeout pauses while a redirect's target is held back", async () => {
  using test = heldClient({ timeout: "200ms" });
  const { client, transport } = test;
  const pending = client.get("/a");
  let isSettled = false;
  const settled = pending.catch(() => {}).finally(() => isSettled = true);
  transport.listener.onStart(nowMs());
  const first = transport.listener;
  first.onResponse(answered(nowMs(), "/b"));
  await new Promise((resolve) => setTimeout(resolve, 600));
  assertEquals(isSettled, false);
  transport.listener.onStart(nowMs());
  transport.listener.onSent();
  assertEquals(test.summary().total.redirects, 1);
  await settled;
  assertEquals([rowsOf(test.summary()), errorsOf(test.summary())], [["GET /a 1/1"], ["1 timeout after 200ms"]]);
  assert(test.summary().total.maxMs >= 199);
});

Deno.test("a timeout is extended by how long a redirect's target was held back, even once it is sent", async () => {
  using test = heldClient({ timeout: "200ms" });
  const { client, transport } = test;
  const pending = client.get("/a");
  const startMs = nowMs() - 150; // as if 150 ms had passed, nearly all of them held back
  transport.listener.onStart(startMs);
  transport.listener.onResponse(answered(startMs + 10, "/b"));
  transport.listener.onStart(nowMs());
  await assertRejects(() => pending, RequestError, "timeout after 200ms");
  assert(nowMs() - startMs >= 330, `after ${nowMs() - startMs} ms`);
});

Deno.test("a request and its redirect's target, each sent twice, count as two repeats of one request", async () => {
  using test = heldClient();
  const { client, transport } = test;
  const pending = client.get("/a");
  const startMs = nowMs();
  for (const location of ["/b", null]) {
    transport.listener.onStart(startMs);
    transport.listener.onSent();
    transport.listener.onSent();
    transport.listener.onResponse(answered(startMs + 10, location));
  }
  await pending;
  const { total } = test.summary();
  assertEquals([total.count, total.redirects, total.repeats], [1, 1, 2]);
});

Deno.test("a request cut off before it was sent is not counted; one that was sent is interrupted, with its repeats", async () => {
  for (const [sent, interrupted, repeats] of [[0, 0, 0], [1, 1, 0], [2, 1, 1]] as const) {
    using test = heldClient();
    const { client, transport } = test;
    const pending = client.get("/a");
    transport.listener.onStart(nowMs());
    for (let times = 0; times < sent; times++) transport.listener.onSent();
    transport.listener.onError(new TransportError("interrupted", "interrupted by the end of the run"), 0);
    await assertRejects(() => pending, RequestError, "interrupted");
    const { interruptedRequests, total } = test.summary();
    assertEquals([interruptedRequests, total.count, total.repeats], [interrupted, 0, repeats]);
  }
});

Deno.test("a redirect's target cut off before it was sent is one interrupted request, without the redirect", async () => {
  using test = heldClient();
  const { client, transport } = test;
  const pending = client.get("/a");
  transport.listener.onStart(nowMs());
  transport.listener.onSent();
  transport.listener.onResponse(answered(nowMs(), "/b"));
  transport.listener.onStart(nowMs());
  transport.listener.onError(new TransportError("interrupted", "interrupted by the end of the run"), 0);
  await assertRejects(() => pending, RequestError, "interrupted");
  const { interruptedRequests, total } = test.summary();
  assertEquals([interruptedRequests, total.redirects], [1, 0]);
});
