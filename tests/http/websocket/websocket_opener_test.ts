// Opening a WebSocket: what is sent, what is counted, and how it fails.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { prepareCookies } from "../../../lib/http/client/cookies.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { errorsOf, rowsOf, testClient } from "../../helpers/http/client.ts";
import { aloneTest } from "../../helpers/timed_test.ts";
import { startProxy } from "../../helpers/servers/test_proxy.ts";
import { startEcho } from "../../helpers/servers/echo_server.ts";

await prepareCookies();

Deno.test("ws() counts the connect and each named message", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws?room=1");
  assertEquals([socket.url, socket.protocol], [`${server.url.replace("http", "ws")}/ws?room=1`, ""]);
  socket.send("one", { name: "buy" });
  assertEquals(await socket.receive(), "one");
  socket.send("not measured");
  assertEquals(await socket.receive(), "not measured");
  socket.send(new Uint8Array([1, 2, 3]), { name: "buy" });
  assertEquals(await socket.receive(), new Uint8Array([1, 2, 3]));
  assertEquals(rowsOf(test.summary()), ["WS /ws?room=1 1/0", "WS buy 2/0"]);
  assertEquals(test.judged.map((one) => one.bytesReceived), [0, 3, 3]);
  assert(test.judged.every((one) => one.ttlbMs >= 0 && one.ttlbMs < 10_000));
});

Deno.test("ws() accepts full URLs of four schemes, and a name", async () => {
  await using server = startEcho();
  await using test = testClient(null);
  const host = server.url.slice("http://".length);
  for (const scheme of ["http", "ws", "WS"]) {
    await using _ = await test.client.ws(new URL(`${scheme}://${host}/a`));
  }
  await using _ = await test.client.ws(`ws://${host}/b`, { name: "chat" });
  assertEquals(rowsOf(test.summary()), [`WS ws://${host}/a 3/0`, "WS chat 1/0"]);
  for (const scheme of ["https", "wss"]) {
    const error = await assertRejects(() => test.client.ws(`${scheme}://${host}/tls`, { name: "tls" }), RequestError);
    assertEquals([error.kind, error.message], ["tls", "TLS: not a TLS server"]);
  }
  await using under = testClient(server.url);
  await using __ = await under.client.ws(`ws://${host}/a`);
  assertEquals(rowsOf(under.summary()), ["WS /a 1/0"]);
});

Deno.test("ws() sends the user's cookies, headers and protocols", async () => {
  await using server = startEcho();
  await using test = testClient(server.url, { headers: { "x-class": "1", "x-both": "class" } });
  await test.client.get("/set-cookie");
  await using socket = await test.client.ws("/ws", { headers: { "x-both": "own" }, protocols: ["a", "b"] });
  assertEquals(socket.protocol, "b");
  const { headers } = server.seen.at(-1)!;
  const names = ["cookie", "x-class", "x-both", "accept", "sec-websocket-protocol"];
  assertEquals(names.map((name) => headers.get(name)), ["id=7", "1", "own", "*/*", "a, b"]);
  assertMatch(headers.get("user-agent")!, /^Deno\/[\d.]+$/);
  await using other = await test.client.ws("/ws", { headers: { cookie: "id=mine" }, protocols: "chat" });
  assertEquals(other.protocol, "chat");
  assertEquals(server.seen.at(-1)!.headers.get("cookie"), "id=mine");
});

Deno.test("ws() sends the host header it is given, and one user-agent line", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const heads: string[] = [];
  const serving = (async () => {
    for (let count = 0; count < 3; count++) {
      using connection = await listener.accept();
      const bytes = new Uint8Array(4096);
      heads.push(new TextDecoder().decode(bytes.subarray(0, (await connection.read(bytes))!)));
      await connection.write(new TextEncoder().encode("HTTP/1.1 403 Forbidden\r\n\r\n"));
    }
  })();
  const url = `http://127.0.0.1:${listener.addr.port}`;
  await using test = testClient(url, { headers: { "User-Agent": "mine" } });
  await assertRejects(() => test.client.ws("/"), RequestError, "403 Forbidden");
  await assertRejects(() => test.client.ws("/", { headers: { host: "own.test" } }), RequestError, "403 Forbidden");
  await using ofClass = testClient(url, { headers: { Host: "class.test", "User-Agent": "mine" } });
  await assertRejects(() => ofClass.client.ws("/"), RequestError, "403 Forbidden");
  await serving;
  listener.close();
  const lines = (name: string) => heads.map((head) => head.match(new RegExp(`^${name}:.*`, "gim")));
  assertEquals(lines("host").flat(), [`host: 127.0.0.1:${listener.addr.port}`, "host: own.test", "host: class.test"]);
  assertEquals(lines("user-agent").map((found) => found?.length), [1, 1, 1]);
});

Deno.test("ws() to a port that refuses is one failed sample, then throws", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await using test = testClient(`http://127.0.0.1:${port}`);
  const error = await assertRejects(() => test.client.ws("/ws"), RequestError);
  assertEquals([error.kind, error.message, error.row], ["refused", "connection refused", "WS /ws"]);
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/1"]);
  assertEquals(errorsOf(test.summary()), ["1 connection refused"]);
});

Deno.test("ws() fails with the status if the response is not an upgrade", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  for (
    const [status, kind, message] of [
      [404, "status", "404 Not Found"],
      [503, "status", "503 Service Unavailable"],
      [200, "protocol", "not a WebSocket, but 200 OK"],
    ] as const
  ) {
    const error = await assertRejects(() => test.client.ws(`/status/${status}`, { name: "n" }), RequestError);
    assertEquals([error.kind, error.message, error.row], [kind, message, "WS n"]);
    assert(test.client.blame(error));
  }
  assertEquals(rowsOf(test.summary()), ["WS n 3/3"]);
});

Deno.test("ws() fails if the response is not HTTP, missing or late", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const answers = ["garbage\r\n\r\n", "", null];
  const serving = (async () => {
    for (const answer of answers) {
      using connection = await listener.accept();
      const bytes = new Uint8Array(4096);
      await connection.read(bytes);
      if (answer === null) await connection.read(bytes).catch(() => {});
      else if (answer !== "") await connection.write(new TextEncoder().encode(answer));
    }
  })();
  await using test = testClient(`http://127.0.0.1:${listener.addr.port}`);
  const errors = [];
  for (const answer of answers) {
    const options = answer === null ? { timeout: "50ms" } : {};
    errors.push(await assertRejects(() => test.client.ws("/", options), RequestError));
  }
  await serving;
  listener.close();
  assertEquals(errors.map(({ kind, message }) => [kind, message]), [
    ["protocol", "not an HTTP answer"],
    ["truncated", "connection closed before the answer was complete"],
    ["timeout", "timeout after 50ms"],
  ]);
  assertEquals(rowsOf(test.summary()), ["WS / 3/3"]);
});

Deno.test("ws() with a bad URL or unsupported settings is one failed sample", async () => {
  await using test = testClient(null, { insecure: true });
  await assertRejects(() => test.client.ws("/no-base"), UsageError); // which ends the run
  assertEquals((await assertRejects(() => test.client.ws("ftp://x/", { name: "n" }), RequestError)).kind, "url");
  assertEquals((await assertRejects(() => test.client.ws("wss://x/a"), RequestError)).kind, "unsupported");
  assertEquals(rowsOf(test.summary()), ["WS n 1/1", "WS wss://x/a 1/1"]);
});

Deno.test("ws() with invalid options throws and counts nothing", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await assertRejects(() => test.client.ws("/", { protocols: ["a", "a"] }), DOMException);
  await assertRejects(() => test.client.ws("/", { headers: [["a b", "c"]] }), TypeError);
  await assertRejects(() => test.client.ws("/", { timeout: "soon" }), RangeError);
  assertEquals(rowsOf(test.summary()), []);
});

aloneTest("ws() uses the proxy of the settings, and ignores variables of the environment", async () => {
  await using server = startEcho();
  await using proxy = startProxy();
  await using through = testClient(server.url, { proxy: proxy.url });
  await using socket = await through.client.ws("/ws");
  socket.send("hello");
  assertEquals([await socket.receive(), proxy.lines], ["hello", [`GET ${server.url}/ws HTTP/1.1`]]);
  Deno.env.set("HTTP_PROXY", proxy.url);
  try {
    await using direct = testClient(server.url);
    await using _ = await direct.client.ws("/ws");
    assertEquals(proxy.lines.length, 1);
  } finally {
    Deno.env.delete("HTTP_PROXY");
  }
});
