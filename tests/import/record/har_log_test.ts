import { assertEquals } from "@std/assert";
import { HarLog } from "../../../lib/import/record/har_log.ts";

const sent = (requestId: string, url: string, more: object = {}) => ({
  requestId,
  request: { method: "GET", url, headers: {} },
  timestamp: 1,
  wallTime: 1_767_323_045,
  type: "Document",
  ...more,
});

Deno.test("HarLog makes an entry of each hop of a redirect, with the header lines as they were sent", () => {
  const log = new HarLog();
  const on = (method: string, params: object) => log.onEvent(`Network.${method}`, params, "1", "page_1");
  on("requestWillBeSent", sent("1", "http://a.test/old"));
  on("requestWillBeSentExtraInfo", { headers: { Cookie: "a=1" } });
  on("responseReceivedExtraInfo", { headers: { location: "/new", "Set-Cookie": "b=2\nc=3" } });
  on(
    "requestWillBeSent",
    sent("1", "http://a.test/new", { redirectResponse: { status: 302, headers: {} }, timestamp: 1.5 }),
  );
  on("requestWillBeSentExtraInfo", { headers: { Cookie: "a=1; b=2" } });
  on("responseReceived", { response: { status: 200, headers: { etag: "x" }, mimeType: "text/html" } });
  on("loadingFinished", { timestamp: 2 });
  log.setBody("1", "<h1>New</h1>", false);
  const [first, second] = log.entries();
  assertEquals([first!.response.status, first!.time, first!.request.headers], [302, 500, [{
    name: "Cookie",
    value: "a=1",
  }]]);
  assertEquals(first!.response.headers?.slice(1), [{ name: "Set-Cookie", value: "b=2" }, {
    name: "Set-Cookie",
    value: "c=3",
  }]);
  assertEquals([second!.request.url, second!.response.status, second!.response.content?.text], [
    "http://a.test/new",
    200,
    "<h1>New</h1>",
  ]);
});

Deno.test("HarLog keeps bodies of requests, failures, caches and messages of WebSockets", () => {
  const log = new HarLog();
  const bytes = new Uint8Array([255, 0]).toBase64();
  const post = (entries: object) => ({
    method: "POST",
    url: "http://a.test/",
    headers: { "Content-Type": "text/plain" },
    ...entries,
  });
  log.onEvent("Network.requestWillBeSent", sent("1", "", { request: post({ postData: "hi" }) }), "1", "p");
  log.onEvent("Network.loadingFailed", { timestamp: 2, errorText: "net::ERR_ABORTED" }, "1", "p");
  log.onEvent(
    "Network.requestWillBeSent",
    sent("2", "", { request: post({ postDataEntries: [{ bytes }] }) }),
    "2",
    "p",
  );
  log.onEvent("Network.requestServedFromCache", {}, "2", "p");
  log.onEvent("Network.requestWillBeSent", sent("3", "chrome://newtab/"), "3", "p");
  log.onEvent("Network.webSocketCreated", { url: "ws://a.test/live" }, "4", "p");
  log.onEvent("Network.webSocketFrameSent", { response: { opcode: 1, payloadData: "ping" } }, "4", "p");
  log.onEvent("Network.webSocketFrameReceived", { response: { opcode: 1, payloadData: "pong" } }, "4", "p");
  const [failed, cached, socket] = log.entries();
  assertEquals([failed!.request.postData, failed!.response._error], [
    { mimeType: "text/plain", text: "hi" },
    "net::ERR_ABORTED",
  ]);
  assertEquals([cached!.request.postData?.encoding, cached!._fromCache], ["base64", "cache"]);
  assertEquals(socket!._webSocketMessages?.map(({ type, data }) => `${type} ${data}`), ["send ping", "receive pong"]);
  assertEquals([log.needsBody("1"), log.needsBody("5")], [true, false]);
});

Deno.test("HarLog keeps at most 20,000 exchanges and 1,000 messages of a WebSocket, and counts the others", () => {
  const log = new HarLog();
  log.onEvent("Network.webSocketCreated", { url: "ws://a.test/" }, "ws", "p");
  for (let at = 0; at < 1500; at++) {
    log.onEvent("Network.webSocketFrameSent", { response: { opcode: 1, payloadData: "x" } }, "ws", "p");
  }
  for (let at = 0; at < 20_010; at++) {
    log.onEvent("Network.requestWillBeSent", sent(`${at}`, "http://a.test/"), `${at}`, "p");
  }
  const entries = log.entries();
  assertEquals([entries.length, log.dropped, entries[0]!._webSocketMessages?.length], [20_000, 11, 1000]);
});

Deno.test("HarLog makes the body of an event stream that is open or was closed by the page, of at most 1,000 events", () => {
  const log = new HarLog();
  const on = (method: string, params: object) => log.onEvent(`Network.${method}`, params, "1", "p");
  on("requestWillBeSent", sent("1", "http://a.test/events", { type: "EventSource" }));
  on("responseReceived", { response: { status: 200, headers: {}, mimeType: "text/event-stream" } });
  on("eventSourceMessageReceived", { eventName: "message", data: "one\ntwo" });
  on("eventSourceMessageReceived", { eventName: "message", data: "x".repeat(20_000) });
  const text = log.entries()[0]!.response.content!.text!;
  assertEquals(text, `data: one\ndata: two\n\ndata: ${"x".repeat(10_000)}\n\n`);
  for (let count = 0; count < 1_200; count++) on("eventSourceMessageReceived", { data: "" });
  on("loadingFailed", { timestamp: 2, errorText: "net::ERR_ABORTED" });
  const [{ response }] = log.entries() as [ReturnType<HarLog["entries"]>[0]];
  assertEquals([response._error, response.content!.text!.split("\n\n").length - 1], ["net::ERR_ABORTED", 1_000]);
});
