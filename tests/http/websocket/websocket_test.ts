// An open WebSocket: its messages, their times, and its end.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { prepareCookies } from "../../../lib/http/client/cookies.ts";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { errorsOf, rowsOf, testClient } from "../../helpers/http/client.ts";
import { acceptRaw, interruptAll, startEcho, untilClosed } from "../../helpers/servers/echo_server.ts";

await prepareCookies();

Deno.test("receive() that times out fails the named send once, and the connection stays open", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws", { timeout: "1s" }); // the connect has to be done within it, too
  socket.send("mute", { name: "buy" });
  const error = await assertRejects(() => socket.receive(), RequestError);
  assertEquals([error.kind, error.message, error.row], ["timeout", "timeout after 1s", "WS buy"]);
  const unnamed = await assertRejects(() => socket.receive({ timeout: "5ms" }), RequestError);
  assertEquals([unnamed.message, unnamed.row], ["timeout after 5ms", "WS /ws"]);
  socket.send("again", { name: "buy" });
  assertEquals(await socket.receive({ timeout: 0 }), "again");
  assertEquals(rowsOf(test.summary()), ["WS /ws 2/1", "WS buy 2/1"]);
});

Deno.test("receive() with a name takes over the sample, or measures the wait", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws");
  socket.send("a", { name: "sent" });
  await socket.receive({ name: "received" });
  socket.send("b");
  await socket.receive({ name: "pushed" });
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0", "WS received 1/0", "WS pushed 1/0"]);
});

Deno.test("named sends end with messages in order, and never with one that came before", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws");
  await using other = await test.client.ws("/ws");
  socket.send("push 2");
  assertEquals(await socket.receive(), "push 1");
  other.send("what the server does after both pushes");
  await other.receive(); // the second push is waiting now
  socket.send("a", { name: "first" });
  socket.send("b", { name: "second" });
  assertEquals(await socket.receive(), "push 2");
  assertEquals(rowsOf(test.summary()), ["WS /ws 2/0"]);
  assertEquals(await Promise.all([socket.receive(), socket.receive()]), ["a", "b"]);
  assertEquals(test.judged.map(({ series }) => series.name), ["/ws", "/ws", "first", "second"]);
});

Deno.test("receive() fails when the server closes the connection, as do later calls", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const socket = await test.client.ws("/ws");
  socket.send("bye 3001", { name: "buy" });
  const error = await assertRejects(() => socket.receive(), RequestError);
  assertEquals([error.kind, error.message, error.row], ["truncated", "connection closed (3001)", "WS buy"]);
  assertEquals(await socket.closed, { code: 3001, reason: "because" });
  assertThrows(() => socket.send("x", { name: "late" }), RequestError, "connection closed (3001)");
  assertThrows(() => socket.send("x"), RequestError);
  await assertRejects(() => socket.receive({ name: "later" }), RequestError);
  assertEquals(rowsOf(test.summary()), ["WS /ws 2/1", "WS buy 1/1", "WS late 1/1", "WS later 1/1"]);
  assertEquals(errorsOf(test.summary()), new Array(4).fill("1 connection closed (3001)")); // one a row, and one of the socket
  await socket.close();
});

Deno.test("receive() fails when the connection breaks or violates the protocol", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  await using test = testClient(`http://127.0.0.1:${listener.addr.port}`);
  const failures = [];
  for (const bytes of [[], [0xff, 0xff, 1, 2, 3]]) {
    const [socket, raw] = await Promise.all([test.client.ws("/ws"), acceptRaw(listener)]);
    if (bytes.length > 0) await raw.write(new Uint8Array(bytes));
    else raw.close();
    const { kind, message } = await assertRejects(() => socket.receive({ name: "buy" }), RequestError);
    failures.push([kind, message, (await socket.closed).code]);
    if (bytes.length > 0) raw.close();
  }
  assertEquals(failures, [
    ["truncated", "connection closed without a close frame", 1006],
    ["protocol", "WebSocket protocol error: Reserved bits are not zero", 1006],
  ]);
  assertEquals(rowsOf(test.summary()), ["WS /ws 2/0", "WS buy 2/2"]);
});

Deno.test("close() waits for the server only until the run ends", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  await using test = testClient(`http://127.0.0.1:${listener.addr.port}`);
  const [socket, raw] = await Promise.all([test.client.ws("/ws"), acceptRaw(listener)]);
  const closing = socket.close();
  interruptAll(test);
  await closing;
  raw.close();
  await socket.closed;
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0"]);
});

Deno.test("iteration yields every message and ends at a normal close", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const socket = await test.client.ws("/ws");
  const messages = [];
  socket.send("push 3", { name: "list" });
  for await (const message of socket) {
    messages.push(message);
    if (message === "push 3") socket.send("bye 1000");
  }
  assertEquals(messages, ["push 1", "push 2", "push 3"]);
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0", "WS list 1/0"]);
});

Deno.test("iteration fails if a named message is pending or the close is not normal", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const iterate = async (last: string, name?: string) => {
    const socket = await test.client.ws("/ws");
    socket.send(last, name === undefined ? {} : { name });
    for await (const _ of socket);
  };
  await assertRejects(() => iterate("bye 1000", "buy"), RequestError, "connection closed (1000)");
  await assertRejects(() => iterate("bye 3001"), RequestError, "connection closed (3001)");
  assertEquals(rowsOf(test.summary()), ["WS /ws 3/1", "WS buy 1/1"]);
});

Deno.test("iteration ends without a failure at a code in closeCodes", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  for (const code of [4001, 1000, 3001]) {
    const socket = await test.client.ws("/ws", { closeCodes: [4001, 3001] });
    socket.send(`bye ${code}`);
    for await (const _ of socket);
    assertEquals((await socket.closed).code, code);
  }
  const other = await test.client.ws("/ws", { closeCodes: [4001] });
  other.send("bye 3001");
  await assertRejects(async () => void await other[Symbol.asyncIterator]().next(), RequestError, "closed (3001)");
  assertEquals(rowsOf(test.summary()), ["WS /ws 5/1"]);
});

Deno.test("closeCodes that a close frame cannot have are refused before connecting", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  for (const code of [1006, 1015, 999, 5000, 1.5, NaN]) {
    await assertRejects(() => test.client.ws("/ws", { closeCodes: [code] }), RangeError, "from 1000 to 4999");
  }
  await assertRejects(() => test.client.ws("/ws", { closeCodes: JSON.parse("4001") }), TypeError, "not a list");
  assertEquals([rowsOf(test.summary()), server.closed], [[], []]);
});

Deno.test("leaving an iteration early keeps the connection open", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws");
  socket.send("push 2");
  for await (const message of socket) {
    assertEquals(message, "push 1");
    break;
  }
  assertEquals(await socket.receive(), "push 2");
});

Deno.test("close() sends code and reason, keeps messages that have arrived, and ends pending receives", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const socket = await test.client.ws("/ws");
  await assertRejects(() => socket.close(999), DOMException);
  const iteration = (async () => {
    for await (const _ of socket);
  })();
  const pending = assertRejects(() => socket.receive(), RequestError);
  await socket.close(3000, "done");
  assertEquals((await pending).message, "connection closed by the script");
  await iteration;
  assertEquals((await socket.closed).code, 3000);
  await socket.close();
  await untilClosed(server, 1);
  assertEquals(server.closed, [3000]);
  assertEquals(rowsOf(test.summary()), ["WS /ws 2/1"]);
});

Deno.test("the end of a run interrupts connects and receives without counting failures", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const socket = await test.client.ws("/ws");
  socket.send("mute", { name: "buy" });
  const pending = [
    assertRejects(() => socket.receive({ timeout: 0 }), RequestError),
    assertRejects(() => test.client.ws("/slow"), RequestError),
  ];
  interruptAll(test);
  assertEquals((await Promise.all(pending)).map(({ kind }) => kind), ["interrupted", "interrupted"]);
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0"]);
  assertEquals(test.summary().interruptedRequests, 2);
  await socket.close();
});

Deno.test("session.close() closes sockets, interrupts pending calls, and opens no more", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  const socket = await test.client.ws("/ws");
  const pending = [
    assertRejects(() => socket.receive(), RequestError),
    assertRejects(() => test.client.ws("/slow"), RequestError),
  ];
  test.client.close();
  pending.push(assertRejects(() => test.client.ws("/ws"), RequestError));
  pending.push(assertRejects(() => socket.receive(), RequestError));
  assertEquals((await Promise.all(pending)).map(({ kind }) => kind), Array(4).fill("interrupted"));
  await socket.closed;
  await untilClosed(server, 1);
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0"]);
});

Deno.test("an error after a message fails no sample, not even that of an earlier response", async () => {
  await using server = startEcho();
  await using test = testClient(server.url);
  await using socket = await test.client.ws("/ws");
  await test.client.get("/set-cookie");
  socket.send("a", { name: "buy" });
  await socket.receive();
  assert(!test.client.blame(new Error("wrong text")));
  assertEquals(rowsOf(test.summary()), ["WS /ws 1/0", "GET /set-cookie 1/0", "WS buy 1/0"]);
});
