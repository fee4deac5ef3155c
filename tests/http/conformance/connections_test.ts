// When connections are used again, when they are not, and when a request is sent once more.

import { assert, assertEquals } from "@std/assert";
import { TransportError, type TransportOptions, type WireRequest } from "../../../lib/http/transport.ts";
import { answer, chunked } from "./case.ts";
import { arrival } from "./hostile_server.ts";
import { headerOf, type Reply, startRecording } from "./seen_request.ts";
import { type Outcome, testTransport, wireRequest } from "./send.ts";
import { TESTED, type Tested } from "../../helpers/tested_transports.ts";

const HELLO = answer("hello");
const RESENDS = "Deno's fetch sends once more as long as there is no whole head, and cannot be told not to";

interface ConnectionCase {
  readonly name: string;
  readonly options?: TransportOptions;
  /** @default three GETs of paths /0, /1, /2, one after the other */
  readonly requests?: readonly (Partial<WireRequest> | (() => Partial<WireRequest>))[];
  readonly reply?: Reply;
  /** Connection of each request the server saw, in order. */
  readonly seen: readonly number[];
  /** Status or kind of failure of each request sent. @default 200 each */
  readonly outcomes?: readonly (number | string)[];
  /** Requests the transport says it has sent once more. @default 0 */
  readonly reconnected?: number;
  /** Where fetch does otherwise, and why. */
  readonly fetch?: {
    readonly seen: readonly number[];
    readonly outcomes?: readonly (number | string)[];
    readonly because: string;
  };
}

/** Answers but for the given request of the first connection, which meets its end. */
function endOn(nth: number, before = ""): Reply {
  return async (request, connection) => {
    if (request.connection > 0 || !request.line.includes(`/${nth} `)) return HELLO;
    await connection.send(before);
    return false;
  };
}

const stream = () => ({ method: "POST", body: ReadableStream.from([new TextEncoder().encode("once")]) });
const bytes = { method: "POST", body: new TextEncoder().encode("body") };
const large = { method: "POST", body: new Uint8Array(100_000) };

const CASES: readonly ConnectionCase[] = [
  { name: "one connection serves all requests", seen: [0, 0, 0] },
  { name: "keepAlive: false opens one for each", options: { keepAlive: false }, seen: [0, 1, 2] },
  {
    name: "connection: close in the request ends it",
    requests: [{ headers: [["connection", "close"]] }, {}, {}],
    seen: [0, 1, 1],
    fetch: { seen: [0, 0, 0], because: "hyper leaves it to the server to close" },
  },
  {
    name: "connection: close in the answer ends it, though the server leaves it open",
    reply: () => answer("hello", "Connection: Close"),
    seen: [0, 1, 2],
  },
  {
    name: "close among other options in the answer ends it",
    reply: () => answer("hello", "connection: x-hop, close"),
    seen: [0, 1, 2],
  },
  { name: "HTTP/1.0 ends it", reply: () => HELLO.replace("1.1", "1.0"), seen: [0, 1, 2] },
  {
    name: "HTTP/1.0 with keep-alive keeps it",
    reply: () => answer("hello", "connection: keep-alive").replace("1.1", "1.0"),
    seen: [0, 0, 0],
  },
  {
    name: "chunked beside a content-length ends it: what follows could be anything",
    reply: () => chunked("5\r\nhello\r\n0\r\n\r\n", "content-length: 5"),
    seen: [0, 1, 2],
    fetch: { seen: [0, 0, 0], because: "hyper lets chunked overrule, and keeps the connection" },
  },
  {
    name: "bytes after an answer end it",
    reply: () => HELLO + "x",
    seen: [0, 1, 2],
  },
  {
    name: "a whole answer after an answer ends it, and answers nobody",
    reply: (request) => HELLO + answer(`unasked after ${request.line}`),
    seen: [0, 1, 2],
  },
  {
    name: "an unasked answer to a HEAD's body ends it",
    requests: [{ method: "HEAD" }, {}, {}],
    reply: () => HELLO,
    seen: [0, 1, 1],
  },
  {
    name: "data sent while idle ends it",
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
    name: "an end while idle is seen, and nothing is sent into it",
    reply: async (request, connection) => {
      await connection.send(HELLO);
      return request.connection > 0;
    },
    seen: [0, 1, 1],
  },
  {
    name: "a request is sent once more where the kept connection ends without a byte",
    reply: endOn(1),
    seen: [0, 0, 1, 1],
    reconnected: 1,
  },
  {
    name: "a body of bytes is sent once more, too",
    requests: [{}, bytes, {}],
    reply: endOn(1),
    seen: [0, 0, 1, 1],
    reconnected: 1,
  },
  {
    name: "a large body is sent once more, too",
    requests: [{}, large, {}],
    reply: endOn(1),
    seen: [0, 0, 1, 1],
    reconnected: 1,
  },
  {
    name: "a stream that has begun is never sent once more",
    requests: [{}, stream, {}],
    reply: endOn(1),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
  },
  {
    name: "nothing is sent once more after one byte of an answer",
    reply: endOn(1, "H"),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
    fetch: { seen: [0, 0, 1, 1], outcomes: [200, 200, 200], because: RESENDS },
  },
  {
    name: "nothing is sent once more after an informational answer",
    reply: endOn(1, "HTTP/1.1 100 Continue\r\n\r\n"),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
    fetch: { seen: [0, 0, 1, 1], outcomes: [200, 200, 200], because: RESENDS },
  },
  {
    name: "nothing is sent once more on a fresh connection",
    reply: endOn(0),
    seen: [0, 1, 1],
    outcomes: ["truncated", 200, 200],
  },
  {
    name: "nothing is sent more than twice",
    reply: (request) => request.line.includes("/1 ") ? Promise.resolve(false) : HELLO,
    seen: [0, 0, 1, 2],
    outcomes: [200, "truncated", 200],
    reconnected: 1,
  },
  {
    name: "every request has its own second chance",
    reply: ({ connection, line }) => line.includes(`/${connection + 1} `) ? Promise.resolve(false) : HELLO,
    seen: [0, 0, 1, 1, 2],
    reconnected: 2,
  },
  {
    name: "an end in the middle of an answer costs that request only",
    reply: endOn(1, HELLO.slice(0, -2)),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
  },
];

function outcomeOf(outcome: Outcome): number | string {
  return outcome instanceof TransportError ? outcome.kind : outcome.status;
}

async function run(transport: Tested, one: ConnectionCase): Promise<void> {
  await using server = startRecording(one.reply ?? (() => HELLO));
  await using test = testTransport(transport, one.options);
  const outcomes: (number | string)[] = [];
  const requests = one.requests ?? [{}, {}, {}];
  for (const [index, request] of requests.entries()) {
    const fields = typeof request === "function" ? request() : request;
    const outcome = await test.send(wireRequest(server.port, { ...fields, path: `/${index}` }));
    if (!(outcome instanceof TransportError) && fields.method !== "HEAD") {
      assertEquals(new TextDecoder().decode(outcome.body), "hello");
    }
    outcomes.push(outcomeOf(outcome));
    for (let turns = 0; turns < 5; turns++) await arrival(); // whatever else the server has to say arrives now
  }
  const expected = transport === "fetch" ? { ...one, ...one.fetch } : one;
  assertEquals(server.requests.map(({ connection }) => connection), expected.seen);
  assertEquals(outcomes, expected.outcomes ?? requests.map(() => 200));
  if (transport === "fetch") return; // it shows nothing of its connections
  assertEquals(test.seen, { connected: server.connections, reconnected: one.reconnected ?? 0 });
}

for (const transport of TESTED) {
  for (const one of CASES) {
    const because = transport === "fetch" && one.fetch !== undefined ? ` (differs: ${one.fetch.because})` : "";
    Deno.test(`${transport}: ${one.name}${because}`, () => run(transport, one));
  }

  Deno.test(`${transport}: keepAlive: false says so in every request`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport, { keepAlive: false });
    await test.send(wireRequest(server.port));
    assertEquals(headerOf(server.requests[0]!, "connection"), "close");
  });

  Deno.test(`${transport}: requests under way at once have a connection each, used again later`, async () => {
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

  Deno.test(`${transport}: nothing of an aborted answer reaches the next request`, async () => {
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
