import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { prepareCookies } from "../../lib/http/client/cookies.ts";
import { RequestError } from "../../lib/http/client/request_error.ts";
import { errorsOf, rowsOf, testClient } from "../helpers/http/client.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";

await prepareCookies();

Deno.test("get() returns the complete response with fetch's members", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const resp = await test.client.get("/a?b=1");
  assertEquals([resp.status, resp.ok, resp.redirected, resp.url], [200, true, false, `${server.url}/a?b=1`]);
  assertEquals(await resp.text(), "hello /a");
  assertEquals(new TextDecoder().decode(await resp.bytes()), "hello /a");
  assertMatch(resp.headers.get("content-type")!, /text\/plain/);
  assertEquals(rowsOf(test.summary()), ["GET /a?b=1 1/0"]);
});

Deno.test("every method reaches the server under its own row (PARITY 26, 33)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  for (const method of ["get", "post", "put", "patch", "delete", "head", "options"] as const) {
    await test.client[method]("/x");
  }
  await test.client.request("purge", "/x");
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE"];
  assertEquals(server.requests.map((request) => request.method), methods);
  assertEquals(rowsOf(test.summary()), methods.map((method) => `${method} /x 1/0`));
});

Deno.test("a status of 400 or above fails the request and the user continues (PARITY 28, 67)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const resp = await test.client.get("/status/404");
  assertEquals(resp.error, "404 Not Found");
  await test.client.get("/");
  assertEquals(rowsOf(test.summary()), ["GET /status/404 1/1", "GET / 1/0"]);
  assertEquals(errorsOf(test.summary()), ["1 404 Not Found"]);
});

Deno.test("raiseForStatus throws and counts once (PARITY 28, 45, 67)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const error = await assertRejects(() => test.client.get("/status/500", { raiseForStatus: true }), RequestError);
  assertEquals([error.kind, error.message], ["status", "500 Internal Server Error"]);
  assert(test.client.blame(error));
  assertEquals(rowsOf(test.summary()), ["GET /status/500 1/1"]);
  assertEquals(errorsOf(test.summary()), ["1 500 Internal Server Error"]);
});

Deno.test("resp.error beats the status, both ways, and can be changed (PARITY 29, 67)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const good = await test.client.get("/");
  good.error = "not what I wanted";
  assertEquals(errorsOf(test.summary()), ["1 not what I wanted"]);
  good.error = false;
  assertEquals(rowsOf(test.summary()), ["GET / 1/0"]);
  good.error = true;
  assertEquals(errorsOf(test.summary()), ["1 failed by the script"]);
  const bad = await test.client.get("/status/404");
  bad.error = false;
  assertEquals(rowsOf(test.summary()), ["GET / 1/1", "GET /status/404 1/0"]);
  bad.error = null;
  assertEquals(errorsOf(test.summary()), ["1 failed by the script", "1 404 Not Found"]);
});

Deno.test("resp.error throws once the user has sent another request", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const first = await test.client.get("/a");
  await test.client.get("/b");
  const error = assertThrows(() => first.error = "late", TypeError);
  assertStringIncludes(error.message, "Cannot set the error of GET /a");
  assertEquals(rowsOf(test.summary()), ["GET /a 1/0", "GET /b 1/0"]);
});

Deno.test("blame() fails the last request with file and line, unless the verdict was explicit (PARITY 30, 67)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  await test.client.get("/a");
  assert(test.client.blame(new Error("wrong text")));
  assertMatch(errorsOf(test.summary())[0]!, /^1 wrong text \(session_test\.ts:\d+\)$/);
  test.client.endJudging();
  assert(!test.client.blame(new Error("later")));
  (await test.client.get("/b")).error = false;
  assert(!test.client.blame(new Error("but I said it is fine")));
  assertEquals(rowsOf(test.summary()), ["GET /a 1/1", "GET /b 1/0"]);
});

Deno.test("block form judges exactly its own response where requests overlap", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const thrown = new Error("slow one is bad");
  const results = await Promise.allSettled([
    test.client.get("/delay/30", async (resp) => {
      await resp.text();
      throw thrown;
    }),
    test.client.get("/fast", { name: "/named" }, async (resp) => (await resp.text()).length),
  ]);
  assertEquals(results[1], { status: "fulfilled", value: "hello /fast".length });
  assertEquals(results[0]!.status, "rejected");
  assertEquals(rowsOf(test.summary()).sort(), ["GET /delay/30 1/1", "GET /named 1/0"]);
  assert(test.client.blame(thrown), "the block's error is counted already");
  assertMatch(errorsOf(test.summary())[0]!, /^1 slow one is bad \(session_test\.ts:\d+\)$/);
});

Deno.test("a request stays failed when an error of its block is caught outside (PARITY 30)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  await test.client.get("/a", () => {
    throw new Error("no");
  }).catch(() => {});
  await test.client.get("/b");
  assertEquals(rowsOf(test.summary()), ["GET /a 1/1", "GET /b 1/0"]);
});

Deno.test("a refused connection is one failed sample, then throws; the block does not run (PARITY 31, 67)", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await using test = testClient(`http://127.0.0.1:${port}`);
  let isReached = false;
  const error = await assertRejects(() => test.client.get("/x", { name: "n" }, () => isReached = true), RequestError);
  assertEquals([error.kind, error.message, error.row], ["refused", "connection refused", "GET n"]);
  assertEquals(isReached, false);
  assertEquals(rowsOf(test.summary()), ["GET n 1/1"]);
  assertEquals(errorsOf(test.summary()), ["1 connection refused"]);
});

Deno.test("a timeout is one failed sample under its name (PARITY 31, 67)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const error = await assertRejects(() => test.client.get("/delay/300", { timeout: "30ms" }), RequestError);
  assertEquals([error.kind, error.message], ["timeout", "timeout after 30ms"]);
  assertEquals(rowsOf(test.summary()), ["GET /delay/300 1/1"]);
});

Deno.test("a bad URL is one failed sample and sends nothing", async () => {
  await using test = testClient(null);
  const error = await assertRejects(() => test.client.get("http://"), RequestError);
  assertEquals(error.kind, "url");
  await assertRejects(() => test.client.get("ftp://example.com/", { name: "ftp" }), RequestError);
  assertEquals(rowsOf(test.summary()), ["GET http:// 1/1", "GET ftp 1/1"]);
});

Deno.test("a signal aborts the request as a failure", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const controller = new AbortController();
  const pending = test.client.get("/delay/300", { signal: controller.signal });
  controller.abort();
  const error = await assertRejects(() => pending, RequestError);
  assertEquals(error.kind, "aborted");
  assertEquals(rowsOf(test.summary()), ["GET /delay/300 1/1"]);
});

Deno.test("redirects are followed under the requested path and counted (PARITY 33)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const resp = await test.client.get("/redirect/3");
  assertEquals([resp.status, resp.redirected, resp.url], [200, true, `${server.url}/`]);
  const { total } = test.summary();
  assertEquals(rowsOf(test.summary()), ["GET /redirect/3 1/0"]);
  assertEquals(total.count + total.redirects, server.hits);
});

Deno.test("redirects stop at maxRedirects, and at redirect: manual and error", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const many = await assertRejects(() => test.client.get("/redirect/9", { maxRedirects: 2 }), RequestError);
  assertEquals(many.message, "too many redirects (2)");
  assertEquals((await test.client.get("/redirect/1", { redirect: "manual" })).status, 302);
  const error = await assertRejects(() => test.client.get("/redirect/1", { redirect: "error" }), RequestError);
  assertEquals(error.message, "unexpected redirect (302)");
});

Deno.test("POST becomes GET at a 302 and keeps its body at a 307", async () => {
  await using server = startServer((_request, url) =>
    url.pathname === "/" ? new Response("ok") : new Response(null, {
      status: Number(url.pathname.slice(1)),
      headers: { location: "/" },
    })
  );
  await using test = testClient(server.url);
  await test.client.post("/302", { body: "x" });
  await test.client.post("/307", { body: "x" });
  const seen = server.requests.map(({ method, path, body }) => `${method} ${path} ${body}`);
  assertEquals(seen, ["POST /302 x", "GET / ", "POST /307 x", "POST / x"]);
});

Deno.test("cookies are stored per user and sent again (PARITY 42)", async () => {
  await using server = startServer();
  await using first = testClient(server.url);
  await using second = testClient(server.url);
  await first.client.get("/set-cookie/7");
  const { headers } = await (await first.client.get("/echo")).json();
  assertEquals(headers.cookie, "id=7");
  assertEquals(first.client.cookies.get("id", server.url), "7");
  await first.client.get("/set-cookie/8");
  assertEquals((await (await first.client.get("/echo")).json()).headers.cookie, "id=8");
  assertEquals((await (await second.client.get("/echo")).json()).headers.cookie, undefined);
  first.client.cookies.clear();
  assertEquals((await (await first.client.get("/echo")).json()).headers.cookie, undefined);
});

Deno.test("json, form, body and query arrive at the server", async () => {
  await using server = startServer();
  await using test = testClient(server.url, { headers: { "x-class": "1", "accept": "text/html" } });
  const echo = async (options: Parameters<typeof test.client.post>[1]) => {
    return await (await test.client.post("/echo", options as Record<string, unknown>)).json();
  };
  const json = await echo({ json: { a: 1 }, headers: { "x-mine": "2" } });
  assertEquals([json.body, json.headers["content-type"]], ['{"a":1}', "application/json"]);
  assertEquals([json.headers["x-class"], json.headers["x-mine"], json.headers.accept], ["1", "2", "text/html"]);
  const form = await echo({ form: { a: "1 2", b: [true, 3], c: undefined } });
  assertEquals(form.body, "a=1+2&b=true&b=3");
  assertStringIncludes(form.headers["content-type"], "application/x-www-form-urlencoded");
  const data = new FormData();
  data.append("file", new Blob(["content"]), "name.txt");
  assertStringIncludes((await echo({ form: data })).body, 'filename="name.txt"');
  assertEquals((await echo({ body: new Uint8Array([104, 105]) })).body, "hi");
  assertEquals((await echo({ body: new Blob(["blob"]) })).body, "blob");
  assertEquals((await echo({ body: new Blob(["str", "eam"]).stream() })).body, "stream");
  assertEquals((await echo({ query: { q: "a b", page: 2 } })).path, "/echo?q=a+b&page=2");
  assertEquals(rowsOf(test.summary()), ["POST /echo 7/0"]);
});

Deno.test("two kinds of body at once throw and count no request", async () => {
  await using test = testClient("http://127.0.0.1:9");
  await assertRejects(() => test.client.post("/", { json: 1, body: "x" }), TypeError, "more than one of body");
  assertEquals(rowsOf(test.summary()), []);
});

Deno.test("listeners are called once per request, after the verdict", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const resp = await test.client.get("/a");
  assertEquals(test.judged.length, 0);
  resp.error = "no";
  await test.client.get("/b");
  test.client.endJudging();
  assertEquals(test.judged.map(({ series, error }) => [series.name, error]), [["/a", "no"], ["/b", null]]);
  const [first] = test.judged;
  assert(first!.ttfbMs > 0 && first!.ttfbMs <= first!.ttlbMs && first!.bytesReceived > 0);
});

Deno.test("interrupted requests are counted, but in no row", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  await using server = startServer(() => promise);
  const test = testClient(server.url);
  const pending = test.client.get("/");
  await untilHit(server);
  const closing = test[Symbol.asyncDispose]();
  resolve(new Response());
  const error = await assertRejects(() => pending, RequestError);
  assertEquals(error.kind, "interrupted");
  assertEquals(rowsOf(test.summary()), []);
  assertEquals(test.summary().interruptedRequests, 1);
  await closing;
});

Deno.test("user code in a block is not part of any measured time (PARITY 27)", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const beganMs = performance.now();
  let waitedMs = 0;
  const ttlb = await test.client.get("/", async (resp) => {
    waitedMs = performance.now() - beganMs;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(await resp.text(), "hello /");
    return resp.ttlb;
  });
  assert(ttlb * 1000 <= waitedMs && test.summary().total.maxMs <= waitedMs);
});

Deno.test("a response that ends early, or never starts, is one failed sample (PARITY 45)", async () => {
  const answers = ["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", ""];
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    for (const answer of answers) {
      using connection = await listener.accept();
      await connection.read(new Uint8Array(1024));
      await connection.write(new TextEncoder().encode(answer));
    }
  })();
  await using test = testClient(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  for (const path of ["/half", "/none"]) await assertRejects(() => test.client.get(path), RequestError);
  await serving;
  const summary = test.summary();
  assertEquals(rowsOf(summary), ["GET /half 1/1", "GET /none 1/1"]);
  assertEquals(errorsOf(summary), [
    "1 connection closed before the answer was complete",
    "1 connection closed before an answer",
  ]);
});
