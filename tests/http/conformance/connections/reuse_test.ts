// When connections are reused, and when they are not.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import { TESTED } from "../../../helpers/http/tested_transports.ts";
import { answer, chunked } from "../cases/case.ts";
import { arrival } from "../cases/hostile_server.ts";
import { headerOf, startRecording } from "../seen_request.ts";
import { testTransport, wireRequest } from "../send.ts";
import { type ConnectionCase, endOn, endsIdle, HELLO, outcomeOf, testCases } from "./connection_case.ts";

const CASES: readonly ConnectionCase[] = [
  { name: "one connection serves all requests", seen: [0, 0, 0] },
  { name: "keepAlive: false opens a connection for each request", options: { keepAlive: false }, seen: [0, 1, 2] },
  {
    name: "connection: close in the request ends the connection",
    requests: [{ headers: [["connection", "close"]] }, {}, {}],
    seen: [0, 1, 1],
    fetch: { seen: [0, 0, 0], because: "hyper leaves closing to the server" },
  },
  {
    name: "connection: close in the answer ends the connection, even if the server leaves it open",
    reply: () => answer("hello", "Connection: Close"),
    seen: [0, 1, 2],
  },
  {
    name: "close among other options in the answer ends the connection",
    reply: () => answer("hello", "connection: x-hop, close"),
    seen: [0, 1, 2],
  },
  { name: "HTTP/1.0 ends the connection", reply: () => HELLO.replace("1.1", "1.0"), seen: [0, 1, 2] },
  {
    name: "HTTP/1.0 with keep-alive keeps the connection",
    reply: () => answer("hello", "connection: keep-alive").replace("1.1", "1.0"),
    seen: [0, 0, 0],
  },
  {
    name: "chunked beside a content-length ends the connection",
    reply: () => chunked("5\r\nhello\r\n0\r\n\r\n", "content-length: 5"),
    seen: [0, 1, 2],
    fetch: { seen: [0, 0, 0], because: "hyper ignores the content-length and keeps the connection" },
  },
  {
    name: "bytes after an answer end the connection",
    reply: () => HELLO + "x",
    seen: [0, 1, 2],
  },
  {
    name: "an unsolicited answer ends the connection and is dropped",
    reply: (request) => HELLO + answer(`unasked after ${request.line}`),
    seen: [0, 1, 2],
  },
  {
    name: "a body in the answer to a HEAD ends the connection",
    requests: [{ method: "HEAD" }, {}, {}],
    reply: () => HELLO,
    seen: [0, 1, 1],
  },
  {
    name: "data received while idle ends the connection",
    reply: async (request, connection) => {
      await connection.send(HELLO);
      if (request.connection === 0) {
        await arrival();
        await connection.send(answer("unasked"));
      }
      return true;
    },
    seen: [0, 1, 1],
  },
  {
    name: "nothing is sent on a connection that ended while idle",
    reply: endsIdle,
    seen: [0, 1, 1],
  },
  {
    name: "an end in the middle of an answer fails only that request",
    reply: endOn(1, HELLO.slice(0, -2)),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
  },
];

testCases(CASES);

for (const transport of TESTED) {
  Deno.test(`${transport}: keepAlive: false sends connection: close in every request`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport, { keepAlive: false });
    await test.send(wireRequest(server.port));
    assertEquals(headerOf(server.requests[0]!, "connection"), "close");
  });

  Deno.test(`${transport}: concurrent requests have a connection each, which is reused later`, async () => {
    await using server = startRecording(async () => {
      await arrival();
      return HELLO;
    });
    await using test = testTransport(transport);
    for (let round = 0; round < 2; round++) {
      const outcomes = await Promise.all([1, 2, 3].map(() => test.send(wireRequest(server.port))));
      assertEquals(outcomes.map(outcomeOf), [200, 200, 200]);
      await arrival();
    }
    assertEquals([server.requests.length, server.connections], [6, 3]);
  });

  Deno.test(`${transport}: each server has its own connection`, async () => {
    await using first = startRecording(() => answer("first"));
    await using second = startRecording(() => answer("second"));
    await using test = testTransport(transport);
    for (const { port } of [first, second, first, second]) await test.send(wireRequest(port));
    assertEquals([first.requests.length, first.connections], [2, 1]);
    assertEquals([second.requests.length, second.connections], [2, 1]);
  });

  Deno.test(`${transport}: an aborted answer does not reach the next request`, async () => {
    const { promise: isHalf, resolve } = Promise.withResolvers<void>();
    await using server = startRecording(async (request, connection) => {
      if (request.connection > 0) return HELLO;
      await connection.send(answer("aborted").slice(0, -3));
      resolve();
      await arrival();
      await connection.send("ted");
      return true;
    });
    await using test = testTransport(transport);
    const sending = test.send(wireRequest(server.port));
    await isHalf;
    sending.exchange.abort(new TransportError("aborted", "enough"));
    assertEquals(outcomeOf(await sending), "aborted");
    const next = await test.send(wireRequest(server.port));
    assert(!(next instanceof TransportError));
    assertEquals(new TextDecoder().decode(next.body), "hello");
    assertEquals(server.requests.map(({ connection }) => connection), [0, 1]);
  });
}
