import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import type { ServerSentEvent } from "../../../lib/http/stream/event_parser.ts";
import { errorsOf, rowsOf, testClient } from "../../helpers/http/client.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A server that sends what its test tells it to. */
function pushServer(headers: HeadersInit = {}, status = 200) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const cancelled = Promise.withResolvers<void>();
  const server = startServer(() => {
    const body = new ReadableStream<Uint8Array>({
      start: (given) => void (controller = given),
      cancel: () => cancelled.resolve(),
    });
    return new Response(body, { headers, status });
  });
  return {
    url: server.url,
    server,
    cancelled: cancelled.promise,
    push: (text: string) => controller.enqueue(encode(text)),
    end: () => controller.close(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function first<T>(items: AsyncGenerator<T>): Promise<T> {
  return (await items.next()).value as T;
}

for (const transport of [...TESTED, "socket 2"] as const) {
  Deno.test(`${transport}: stream() resolves at the head, chunks arrive as they are sent, the row is recorded at the end`, async () => {
    await using server = pushServer({ "x-a": "1" });
    await using test = testClient(server.url, { transport });
    const resp = await test.client.stream("/s");
    assertEquals([resp.status, resp.ok, resp.headers.get("x-a"), resp.ending, resp.ttlb], [200, true, "1", null, null]);
    assertEquals(rowsOf(test.summary()), []);
    const chunks = resp.chunks();
    server.push("one");
    assertEquals(new TextDecoder().decode(await first(chunks)), "one");
    server.push("two");
    assertEquals(new TextDecoder().decode(await first(chunks)), "two");
    server.end();
    assertEquals(await chunks.next(), { value: undefined, done: true });
    assertEquals([resp.ending, resp.error], ["complete", null]);
    assert(resp.ttlb! >= resp.ttfb);
    assertEquals(rowsOf(test.summary()), ["GET /s 1/0"]);
    await test.client.stream("/s").then((next) => next.close()); // the connection is usable
    assertEquals(rowsOf(test.summary()), ["GET /s 2/0"]);
  });

  Deno.test(`${transport}: leaving the loop ends the request as closed by the script, which is no failure`, async () => {
    await using server = pushServer();
    await using test = testClient(server.url, { transport });
    const resp = await test.client.stream("/s");
    server.push("one");
    for await (const _ of resp.chunks()) break;
    assertEquals([resp.ending, resp.error], ["closed by the script", null]);
    await server.cancelled;
    const { rows, errors } = test.summary();
    assertEquals([rows.length, rows[0]!.count, rows[0]!.failures, errors], [1, 1, 0, []]);
    assert(test.judged.length === 0 && rows[0]!.bytesReceived > 0);
  });

  Deno.test(`${transport}: events() returns server-sent events and records first event and gaps under the row`, async () => {
    await using server = pushServer({ "content-type": "text/event-stream" });
    await using test = testClient(server.url, { transport });
    const resp = await test.client.stream("/events");
    const events = resp.events();
    const seen: ServerSentEvent[] = [];
    for (const text of ["id: 7\ndata: a\n\nda", "ta: b\ndata: c\n\n", "event: x\ndata: d\n\n"]) {
      server.push(text);
      seen.push(await first(events));
    }
    server.end();
    assertEquals((await events.next()).done, true);
    assertEquals(seen, [
      { type: "message", data: "a", lastEventId: "7" },
      { type: "message", data: "b\nc", lastEventId: "7" },
      { type: "x", data: "d", lastEventId: "7" },
    ]);
    const measures = test.summary().measures.map(({ name, unit, count }) => [name, unit, count]);
    assertEquals(measures, [["GET /events first event", "ms", 1], ["GET /events gap", "ms", 2]]);
  });

  Deno.test(`${transport}: lines() and text() read the body across parts`, async () => {
    await using server = startServer((_, { pathname }) =>
      new Response(pathname === "/lines" ? "a\r\nb\n\nlast é" : `hello ${pathname}`)
    );
    await using test = testClient(server.url, { transport });
    const lines = await Array.fromAsync((await test.client.stream("/lines")).lines());
    assertEquals(lines, ["a", "b", "", "last é"]);
    assertEquals(await (await test.client.stream("/x")).text(), "hello /x");
  });

  Deno.test(`${transport}: an empty body and a status of 400 or above`, async () => {
    await using server = startServer((_, { pathname }) => new Response(null, { status: Number(pathname.slice(1)) }));
    await using test = testClient(server.url, { transport });
    const empty = await test.client.stream("/204");
    assertEquals(await Array.fromAsync(empty.chunks()), []);
    const failed = await test.client.stream("/503");
    assert(failed.error!.startsWith("503")); // HTTP/2 has no reason phrase
    assertEquals(await failed.text(), "");
    const error = await assertRejects(() => test.client.stream("/404", { raiseForStatus: true }), RequestError);
    assertEquals(error.kind, "status");
    assertEquals(rowsOf(test.summary()), ["GET /204 1/0", "GET /503 1/1", "GET /404 1/1"]);
  });

  Deno.test(`${transport}: redirects are followed to a stream`, async () => {
    await using server = startServer((_, { pathname, origin }) =>
      pathname === "/to" ? new Response("there") : Response.redirect(`${origin}/to`)
    );
    await using test = testClient(server.url, { transport });
    const resp = await test.client.stream("/from");
    assertEquals([resp.redirected, new URL(resp.url).pathname, await resp.text()], [true, "/to", "there"]);
    const { rows } = test.summary();
    assertEquals([rows.length, rows[0]!.name, rows[0]!.count], [1, "/from", 1]);
  });
}

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  Deno.test(`${transport}: the server waits while the script does not read, and the whole body arrives after`, async () => {
    const [partBytes, parts] = [65_536, 1024]; // 64 MiB
    let sent = 0;
    let resumed = Promise.withResolvers<void>();
    await using server = startServer(() =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            if (sent === parts) return controller.close();
            controller.enqueue(new Uint8Array(partBytes).fill(sent++ % 251));
            resumed.resolve();
          },
        }, { highWaterMark: 0 }),
      )
    );
    await using test = testClient(server.url, { transport });
    const resp = await test.client.stream("/big");
    // It has to come to a standstill: nothing is sent for some turns of the event loop in a row.
    for (let still = 0, before = -1; still < 10; before = sent) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      still = sent === before ? still + 1 : 0;
    }
    const ahead = sent * partBytes;
    assert(ahead <= 2 ** 25, `${ahead} bytes were sent ahead of the script`);
    resumed = Promise.withResolvers();
    let received = 0;
    for await (const chunk of resp.chunks()) received += chunk.length;
    await resumed.promise;
    assertEquals([received, resp.ending], [partBytes * parts, "complete"]);
    assertEquals(await (await test.client.stream("/again")).text(), ""); // the connection is read again
  });
}

Deno.test("a stream that ends early fails its request, and the loop throws", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1000));
    await connection.write(encode("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"));
    connection.close();
  })();
  {
    await using test = testClient(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
    const resp = await test.client.stream("/cut");
    const seen: string[] = [];
    const error = await assertRejects(async () => {
      for await (const chunk of resp.chunks()) seen.push(new TextDecoder().decode(chunk));
    }, RequestError);
    assertEquals([seen, error.kind, resp.ending], [["abc"], "truncated", "failed"]);
    assertEquals(errorsOf(test.summary()), ["1 connection closed before the answer was complete"]);
    assert(test.client.blame(error));
  }
  await serving;
  listener.close();
});

Deno.test("the timeout of a stream is that between two reads, not of the whole", async () => {
  await using server = pushServer();
  await using test = testClient(server.url);
  const resp = await test.client.stream("/slow", { timeout: "400ms" });
  const chunks = resp.chunks();
  for (let count = 0; count < 6; count++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.push("x");
    await first(chunks);
  }
  const error = await assertRejects(() => chunks.next(), RequestError);
  assertEquals([error.kind, error.message], ["timeout", "timeout after 400ms"]);
  assertEquals(rowsOf(test.summary()), ["GET /slow 1/1"]);
});

Deno.test("an error thrown in the loop fails the stream's request", async () => {
  await using server = pushServer();
  await using test = testClient(server.url);
  const resp = await test.client.stream("/s");
  server.push("x");
  const thrown = await assertRejects(async () => {
    for await (const _ of resp.chunks()) throw new Error("wrong token");
  });
  assert(test.client.blame(thrown));
  test.client.endIteration();
  assertEquals(rowsOf(test.summary()), ["GET /s 1/1"]);
});

Deno.test("resp.error decides before the end, and after it until the next request", async () => {
  await using server = pushServer();
  await using test = testClient(server.url);
  const resp = await test.client.stream("/s");
  resp.error = "too few";
  await resp.close();
  assertEquals(errorsOf(test.summary()), ["1 too few"]);
  resp.error = false;
  assertEquals(rowsOf(test.summary()), ["GET /s 1/0"]);
  test.client.endJudging();
  assertThrows(() => resp.error = "late", TypeError);
});

Deno.test("a stream that is left open is closed at the end of the iteration, unless onStart opened it", async () => {
  await using server = pushServer();
  await using test = testClient(server.url);
  const kept = await test.client.stream("/kept");
  test.client.endStart();
  const left = await test.client.stream("/left");
  test.client.endIteration();
  await server.cancelled;
  assertEquals([kept.ending, left.ending], [null, "closed by the script"]);
  assertEquals(rowsOf(test.summary()), ["GET /left 1/0"]);
});

Deno.test("a body is read once, and an unknown coding is named", async () => {
  await using server = pushServer({ "content-encoding": "zip" });
  await using test = testClient(server.url);
  const resp = await test.client.stream("/s");
  const error = await assertRejects(() => resp.chunks().next(), TypeError);
  assertEquals(
    error.message,
    'Cannot decode the body: content-encoding "zip" is unknown for streams, expected gzip, deflate or br',
  );
  await assertRejects(() => resp.text(), TypeError, "read or closed before");
});

Deno.test("streams ask for no coding, and decode one that comes nevertheless, part by part", async () => {
  const sink = new CompressionStream("gzip");
  const writer = sink.writable.getWriter();
  await using server = startServer(() => new Response(sink.readable, { headers: { "content-encoding": "gzip" } }));
  await using test = testClient(server.url);
  void writer.write(encode("a\nb")).then(() => writer.close());
  const resp = await test.client.stream("/s");
  assertEquals(await Array.fromAsync(resp.lines()), ["a", "b"]);
  assertEquals(server.requests[0]!.headers.get("accept-encoding"), "identity");
  assertEquals(resp.ending, "complete");
});

Deno.test("the method is POST with a body", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  await (await test.client.stream("/a", { json: {} })).close();
  await (await test.client.stream("/b", { method: "put", body: "x" })).close();
  assertEquals(server.requests.map(({ method, path }) => `${method} ${path}`), ["POST /a", "PUT /b"]);
});

Deno.test("text() of a stream longer than a string can be fails the request", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const resp = await test.client.stream("/long");
  resp.chunks = () => {
    throw new RangeError("Invalid string length"); // as appending to half a gibibyte does
  };
  const error = await assertRejects(() => resp.text(), RangeError);
  assertEquals(
    error.message,
    "Cannot read the body of GET /long as text: the body is longer than a string can be, expected chunks()",
  );
  await resp.close();
  assertEquals(rowsOf(test.summary()), ["GET /long 1/1"]);
});

Deno.test("stream() with a misspelt option is a TypeError with a suggestion", async () => {
  await using test = testClient("http://127.0.0.1:1");
  const error = await assertRejects(() => test.client.stream("/s", { timeOut: "1s" } as object), TypeError);
  assertEquals(error.message, 'Cannot open a stream with timeOut: unknown option, did you mean "timeout"?');
});
