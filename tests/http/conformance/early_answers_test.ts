// Answers that come before the request has been sent whole, with and without `expect: 100-continue`.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../lib/http/transport.ts";
import { answer } from "./cases/case.ts";
import { arrival, startHostile } from "./cases/hostile_server.ts";
import { plain, testTransport, wireRequest } from "./send.ts";
import { TESTED } from "../../helpers/http/tested_transports.ts";

const HELLO = answer("hello");
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HEAD_END = "\r\n\r\n";
/** More than the system buffers for a loopback connection. */
const HUGE_BYTES = 64 * 2 ** 20;
/** hyper, which Deno's fetch uses, ignores the `expect` header. */
const FETCH_NEVER_WAITS = " (differs: Deno's fetch sends the body at once)";

const expecting = {
  method: "POST",
  headers: [["Expect", "100-continue"]] as const,
  body: new TextEncoder().encode("the body"),
};

function streamOf(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from([new TextEncoder().encode(text)]);
}

/** An endless stream, and a promise for its cancellation. */
function endless(): { stream: ReadableStream<Uint8Array>; cancelled: Promise<void> } {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const part = new Uint8Array(16_384);
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(part),
    cancel: () => resolve(),
  });
  return { stream, cancelled };
}

for (const transport of TESTED) {
  const isSocket = transport !== "fetch";
  const differs = isSocket ? "" : FETCH_NEVER_WAITS;

  for (const [kind, body] of [["bytes", () => expecting.body], ["a stream", () => streamOf("the body")]] as const) {
    Deno.test(`${transport} with expect sends ${kind} after a 100${differs}`, async () => {
      const early: number[] = [];
      await using server = startHostile(async (connection) => {
        for (let round = 0; round < 2; round++) {
          await connection.readUntil(HEAD_END);
          for (let turns = 0; turns < 5; turns++) await arrival();
          early.push(connection.unreadBytes);
          await connection.send(CONTINUE);
          await connection.readUntil("the body");
          if (kind === "a stream") await connection.readUntil(`0${HEAD_END}`);
          await connection.send(HELLO);
        }
      });
      await using test = testTransport(transport);
      for (let round = 0; round < 2; round++) {
        const outcome = await test.send(wireRequest(server.port, { ...expecting, body: body() }));
        assertEquals(plain(outcome)["body"], "hello");
      }
      if (isSocket) assertEquals(early, [0, 0]);
      assertEquals(server.connections, 1);
    });
  }

  Deno.test(`${transport} with expect sends the body after a second without a 100${differs}`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("the body");
      await connection.send(HELLO);
    });
    await using test = testTransport(transport);
    const startMs = performance.now();
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
    assertEquals(performance.now() - startMs >= 990, isSocket);
  });

  Deno.test(`${transport} with expect accepts a final answer and sends no body${differs}`, async () => {
    const rest: string[] = [];
    await using server = startHostile(async (connection, index) => {
      await connection.readUntil(HEAD_END);
      await connection.send(answer("no").replace("200 OK", "417 Expectation Failed"));
      if (index > 0) return;
      rest.push(await connection.readUntil(HEAD_END));
      await connection.send(HELLO);
    });
    await using test = testTransport(transport);
    const refused = plain(await test.send(wireRequest(server.port, expecting)));
    assertEquals([refused["status"], refused["body"]], [417, "no"]);
    await test.send(wireRequest(server.port));
    if (!isSocket) return;
    assertEquals(rest, [""]); // the connection was closed without the body
    assertEquals(server.connections, 2);
  });

  Deno.test(`${transport} with expect reads 100 and the answer in one piece`, async () => {
    await using server = startHostile(async (connection) => {
      while ((await connection.readUntil(HEAD_END)).endsWith(HEAD_END)) await connection.send(CONTINUE + HELLO);
    });
    await using test = testTransport(transport);
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
  });

  Deno.test(`${transport} accepts an early answer to a large body and closes the connection`, async () => {
    const taken: number[] = [];
    await using server = startHostile(async (connection) => {
      for (let head = await connection.readUntil(HEAD_END); head !== ""; head = await connection.readUntil(HEAD_END)) {
        await connection.send(answer("too large"));
        if (head.startsWith("POST")) taken.push(await connection.drain(HUGE_BYTES));
      }
    });
    await using test = testTransport(transport);
    const body = new Uint8Array(HUGE_BYTES);
    assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body })))["body"], "too large");
    assertEquals(plain(await test.send(wireRequest(server.port)))["status"], 200);
    assertEquals([server.connections, taken[0] === HUGE_BYTES], [2, false]);
    for (let turns = 0; turns < 5; turns++) await arrival(); // fetch releases the body only now
  });

  Deno.test(`${transport} accepts an early answer if the server then closes without reading the body`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil(HEAD_END);
      await connection.send(answer("go away"));
      for (let turns = 0; turns < 10; turns++) await arrival();
    });
    await using test = testTransport(transport);
    const body = new Uint8Array(HUGE_BYTES);
    assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body })))["body"], "go away");
  });

  Deno.test(`${transport} reads the answer of a server that rejects the body and closes`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil(HEAD_END);
      await connection.send("HTTP/1.1 413 Too Large\r\nconnection: close\r\n\r\n");
      for (let turns = 0; turns < 10; turns++) await arrival();
    });
    await using test = testTransport(transport);
    const outcome = await test.send(wireRequest(server.port, { method: "POST", body: new Uint8Array(HUGE_BYTES) }));
    // Closing with the rest of the request unread resets the connection, which may cut the answer.
    if (outcome instanceof TransportError) assert(["reset", "truncated"].includes(outcome.kind), outcome.kind);
    else assertEquals(outcome.status, 413);
  });
}

// Not for fetch: it has started the stream when it sees the end of the connection.
Deno.test("socket with expect repeats a stream that it had not started", async () => {
  await using server = startHostile(async (connection, index) => {
    if (index === 0) {
      await connection.readUntil(HEAD_END);
      await connection.send(HELLO);
    }
    await connection.readUntil(HEAD_END);
    if (index === 0) return;
    await connection.send(CONTINUE);
    assertEquals(await connection.readUntil(`0${HEAD_END}`), `8\r\nthe body\r\n0${HEAD_END}`);
    await connection.send(HELLO);
  });
  await using test = testTransport("socket");
  await test.send(wireRequest(server.port));
  const put = { ...expecting, method: "PUT", body: streamOf("the body") };
  const outcome = await test.send(wireRequest(server.port, put));
  assertEquals(plain(outcome)["body"], "hello");
  assertEquals(test.seen, { connected: 2, repeats: 1 });
});

// Not for fetch: hyper reads the stream for ever, in spite of close() or a signal.
Deno.test("socket accepts an early answer to an endless stream, and cancels the stream", async () => {
  await using server = startHostile(async (connection) => {
    await connection.readUntil(HEAD_END);
    await connection.send(answer("enough"));
    await connection.drain();
  });
  await using test = testTransport("socket");
  const { stream, cancelled } = endless();
  const outcome = await test.send(wireRequest(server.port, { method: "POST", body: stream }));
  assertEquals(plain(outcome)["body"], "enough");
  await cancelled;
});
