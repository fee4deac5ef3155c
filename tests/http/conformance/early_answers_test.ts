// Answers that come before the request is over: asked for with `expect: 100-continue`, or not.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../lib/http/transport.ts";
import { answer } from "./case.ts";
import { arrival, startHostile } from "./hostile_server.ts";
import { plain, testTransport, wireRequest } from "./send.ts";
import { TESTED } from "../../helpers/tested_transports.ts";

const HELLO = answer("hello");
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HEAD_END = "\r\n\r\n";
/** More than the system's buffers of a loopback connection take. */
const HUGE_BYTES = 64 * 2 ** 20;
/** hyper, of Deno's fetch, sends the body along, whatever the `expect` header says. */
const FETCH_NEVER_WAITS = " (differs: Deno's fetch sends the body along)";

const expecting = {
  method: "POST",
  headers: [["Expect", "100-continue"]] as const,
  body: new TextEncoder().encode("the body"),
};

function streamOf(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from([new TextEncoder().encode(text)]);
}

/** A stream without end, and whether somebody has said that nobody reads it. */
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
    Deno.test(`${transport} with expect sends ${kind} when the server says 100${differs}`, async () => {
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

  Deno.test(`${transport} with expect sends the body after a second where the server says nothing${differs}`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("the body");
      await connection.send(HELLO);
    });
    await using test = testTransport(transport);
    const startMs = performance.now();
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
    assertEquals(performance.now() - startMs >= 990, isSocket);
  });

  Deno.test(`${transport} with expect takes a final answer for one, and sends no body${differs}`, async () => {
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

  Deno.test(`${transport} with expect takes 100 and the answer in one piece`, async () => {
    await using server = startHostile(async (connection) => {
      while ((await connection.readUntil(HEAD_END)).endsWith(HEAD_END)) await connection.send(CONTINUE + HELLO);
    });
    await using test = testTransport(transport);
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
    assertEquals(plain(await test.send(wireRequest(server.port, expecting)))["body"], "hello");
  });

  Deno.test(`${transport} takes an early answer to a large body and closes the connection`, async () => {
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
    for (let turns = 0; turns < 5; turns++) await arrival(); // fetch lets go of the body only now
  });

  Deno.test(`${transport} takes an early answer though the server then closes on the rest of the body`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil(HEAD_END);
      await connection.send(answer("go away"));
      for (let turns = 0; turns < 10; turns++) await arrival();
    });
    await using test = testTransport(transport);
    const body = new Uint8Array(HUGE_BYTES);
    assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body })))["body"], "go away");
  });

  Deno.test(`${transport} reads what a server says that takes no body and ends the connection`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil(HEAD_END);
      await connection.send("HTTP/1.1 413 Too Large\r\nconnection: close\r\n\r\n");
      for (let turns = 0; turns < 10; turns++) await arrival();
    });
    await using test = testTransport(transport);
    const outcome = await test.send(wireRequest(server.port, { method: "POST", body: new Uint8Array(HUGE_BYTES) }));
    // The end of such a body is the end of the connection: with the rest of the request unread, that is a reset.
    if (outcome instanceof TransportError) assert(["reset", "truncated"].includes(outcome.kind), outcome.kind);
    else assertEquals(outcome.status, 413);
  });
}

// Not for fetch: the stream has begun when it sees the end of the connection.
Deno.test("socket with expect sends a stream on a new connection where it had not begun", async () => {
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

// Not for fetch: hyper reads the stream on for ever, its client's close or the signal notwithstanding.
Deno.test("socket takes an early answer to an endless stream, and tells the stream", async () => {
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
