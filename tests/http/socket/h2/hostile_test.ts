// Servers that violate the protocol: each fails one request or one connection, and nothing hangs.

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { type FailureKind, TransportError } from "../../../../lib/http/transport.ts";
import type { HeaderLine } from "../../../../lib/http/socket/h2/hpack/static_table.ts";
import { seededRandom } from "../../../helpers/random.ts";
import { plain, testTransport, wireRequest } from "../../conformance/send.ts";
import { answer, answerAll, frame, headers, settings, startPeer, words } from "./peer.ts";

const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);
const HELLO = { status: 200, statusText: "", body: "hello" };
const OK: HeaderLine = [":status", "200"];

interface HostileCase {
  readonly name: string;
  readonly method?: string;
  /** The server's answer to request 1 of its connection. */
  readonly frames: readonly Buffer[];
  /** @default "protocol" */
  readonly kind?: FailureKind;
  /** Reason in the client's RST_STREAM (the connection continues) or GOAWAY (it ends). */
  readonly reset?: number;
  readonly goAway?: number;
}

const [PROTOCOL, FLOW, SIZE, CANCEL, COMPRESSION, CALM] = [1, 3, 6, 8, 9, 11];

/** A malformed header line, or list of them: the stream fails. */
function malformed(name: string, ...lines: HeaderLine[]): HostileCase {
  return { name, frames: [headers(1, lines, true)], reset: PROTOCOL };
}

const CASES: readonly HostileCase[] = [
  malformed("no status", ["x", "1"]),
  malformed("no header line at all"),
  malformed("two statuses", OK, OK),
  malformed("a status after another line", ["x", "1"], OK),
  malformed("a status of two digits", [":status", "20"]),
  malformed("a status of letters", [":status", "abc"]),
  malformed("a status of zeros", [":status", "000"]),
  malformed("status 101", [":status", "101"]),
  malformed("an unknown pseudo-header", OK, [":unknown", "1"]),
  malformed("a request's pseudo-header", OK, [":path", "/"]),
  malformed("a name in upper case", OK, ["X-One", "1"]),
  malformed("an empty name", OK, ["", "1"]),
  malformed("a blank in a name", OK, ["a b", "1"]),
  malformed("a colon in a name", OK, ["a:b", "1"]),
  malformed("a line feed in a value", OK, ["x", "1\n2"]),
  malformed("a carriage return in a value", OK, ["x", "1\r2"]),
  malformed("a NUL in a value", OK, ["x", "1\x002"]),
  malformed("a connection header", OK, ["connection", "close"]),
  malformed("a transfer-encoding header", OK, ["transfer-encoding", "chunked"]),
  malformed("a content-length of letters", OK, ["content-length", "one"]),
  malformed("a negative content-length", OK, ["content-length", "-1"]),
  malformed("two different content-lengths", OK, ["content-length", "1"], ["content-length", "2"]),
  malformed("a content-length and no body", OK, ["content-length", "1"]),
  malformed("an informational answer that ends the stream", [":status", "103"]),
  {
    name: "a body shorter than its content-length",
    frames: [headers(1, [OK, ["content-length", "6"]]), frame(0, 1, 1, "hello")],
    reset: PROTOCOL,
  },
  {
    name: "a body longer than its content-length",
    frames: [headers(1, [OK, ["content-length", "4"]]), frame(0, 1, 1, "hello")],
    reset: PROTOCOL,
  },
  { name: "a body before the header lines", frames: [frame(0, 1, 1, "hello")], reset: PROTOCOL },
  { name: "an end before the header lines", frames: [frame(0, 1, 1)], reset: PROTOCOL },
  {
    name: "a body in the answer to HEAD",
    method: "HEAD",
    frames: [headers(1, [OK]), frame(0, 1, 1, "hello")],
    reset: PROTOCOL,
  },
  { name: "a body after 204", frames: [headers(1, [[":status", "204"]]), frame(0, 1, 1, "hello")], reset: PROTOCOL },
  {
    name: "header lines in the middle of a body",
    frames: [headers(1, [OK]), frame(0, 0, 1, "hel"), headers(1, [["x", "1"]]), frame(0, 1, 1, "lo")],
    reset: PROTOCOL,
  },
  {
    name: "a status among the trailers",
    frames: [headers(1, [OK]), frame(0, 0, 1, "hello"), headers(1, [OK], true)],
    reset: PROTOCOL,
  },
  {
    name: "101 informational answers",
    frames: [...Array<Buffer>(101).fill(headers(1, [[":status", "103"]])), answer(1)],
    kind: "limit",
    reset: CANCEL,
  },
  { name: "a window update of 0 on the stream", frames: [frame(8, 0, 1, words(0))], reset: PROTOCOL },
  { name: "a window update of 0 on the connection", frames: [frame(8, 0, 0, words(0))], goAway: PROTOCOL },
  { name: "a stream's window beyond 2 GiB", frames: [frame(8, 0, 1, words(2 ** 31 - 1))], goAway: FLOW },
  { name: "the connection's window beyond 2 GiB", frames: [frame(8, 0, 0, words(2 ** 31 - 1))], goAway: FLOW },
  { name: "an initial window beyond 2 GiB", frames: [settings([4, 2 ** 31])], goAway: FLOW },
  {
    name: "an initial window that takes a stream's beyond 2 GiB",
    frames: [frame(8, 0, 1, words(2 ** 31 - 1 - 65_535)), settings([4, 65_536])],
    goAway: FLOW,
  },
  { name: "a frame size below the least", frames: [settings([5, 16_383])], goAway: PROTOCOL },
  { name: "a frame size above the most", frames: [settings([5, 2 ** 24])], goAway: PROTOCOL },
  { name: "settings that permit a push", frames: [settings([2, 1])], goAway: PROTOCOL },
  { name: "a push", frames: [frame(5, 4, 1, Buffer.concat([words(2), Buffer.from([0x82])]))], goAway: PROTOCOL },
  { name: "an answer on a stream that was never opened", frames: [headers(3, [OK], true)], goAway: PROTOCOL },
  { name: "an answer on a stream of the server's", frames: [headers(2, [OK], true)], goAway: PROTOCOL },
  { name: "data on a stream that was never opened", frames: [frame(0, 0, 5, "x")], goAway: PROTOCOL },
  { name: "a reset of a stream that was never opened", frames: [frame(3, 0, 5, words(8))], goAway: PROTOCOL },
  { name: "a window for a stream that was never opened", frames: [frame(8, 0, 5, words(8))], goAway: PROTOCOL },
  { name: "a frame larger than agreed", frames: [frame(0, 0, 1, Buffer.alloc(16_385))], goAway: SIZE },
  { name: "an index beyond both tables", frames: [frame(1, 5, 1, "\xbe")], goAway: COMPRESSION },
  { name: "Huffman padding of zeros", frames: [frame(1, 5, 1, "\x88\x40\x01x\x81\x18")], goAway: COMPRESSION },
  { name: "a header block that ends in a string", frames: [frame(1, 5, 1, "\x88\x40\x7fx")], goAway: COMPRESSION },
  {
    name: "header lines of more than 64 KiB by references",
    frames: [
      frame(
        1,
        5,
        1,
        Buffer.concat([Buffer.from("884001617f811e", "hex"), Buffer.alloc(3968, "x"), Buffer.alloc(20, 0xbe)]),
      ),
    ],
    kind: "limit",
    goAway: COMPRESSION,
  },
  {
    name: "more than 1,000 header lines",
    frames: [frame(1, 5, 1, Buffer.concat([Buffer.from([0x88]), Buffer.alloc(1100 * 4, "\x00\x01x\x00")]))],
    kind: "limit",
    goAway: COMPRESSION,
  },
  {
    name: "a header block of more than 256 kB",
    frames: [frame(1, 0, 1, Buffer.alloc(16_000)), ...Array<Buffer>(17).fill(frame(9, 0, 1, Buffer.alloc(16_000)))],
    kind: "limit",
    goAway: CALM,
  },
  {
    name: "CONTINUATION without an end",
    frames: [frame(1, 0, 1, "\x88"), ...Array<Buffer>(1001).fill(frame(9, 0, 1))],
    kind: "limit",
    goAway: CALM,
  },
  { name: "a frame within a header block", frames: [frame(1, 0, 1, "\x88"), frame(0, 1, 1, "x")], goAway: PROTOCOL },
  { name: "CONTINUATION without a header block", frames: [frame(9, 4, 1, "\x88")], goAway: PROTOCOL },
  { name: "a thousand SETTINGS", frames: Array<Buffer>(1001).fill(settings()), goAway: CALM },
  { name: "a thousand PINGs", frames: Array<Buffer>(1001).fill(frame(6, 0, 0, "12345678")), goAway: CALM },
  { name: "a thousand acknowledged PINGs", frames: Array<Buffer>(1001).fill(frame(6, 1, 0, "12345678")), goAway: CALM },
  {
    name: "a thousand empty frames",
    frames: [headers(1, [OK]), ...Array<Buffer>(1001).fill(frame(0, 0, 1))],
    goAway: CALM,
  },
  { name: "a thousand window updates", frames: Array<Buffer>(1001).fill(frame(8, 0, 0, words(1))), goAway: CALM },
  { name: "a thousand PRIORITY frames", frames: Array<Buffer>(1001).fill(frame(2, 0, 1, "12345")), goAway: CALM },
];

for (const { name, method = "GET", frames, kind = "protocol", reset, goAway } of CASES) {
  Deno.test(`socket 2: ${name}`, async () => {
    const told: (readonly [type: number, reason: number])[] = [];
    await using server = startPeer(async (peer, index) => {
      await peer.start();
      if (index > 0) return await answerAll(peer);
      await peer.readRequest();
      await peer.send(...frames);
      for (let one = await peer.readFrame(); one !== null; one = await peer.readFrame()) {
        if (one.type === 3) told.push([3, one.payload.readUInt32BE(0)]);
        if (one.type === 7) told.push([7, one.payload.readUInt32BE(4)]);
        if (one.type === 3 && goAway === undefined) break;
      }
      if (goAway === undefined) await answerAll(peer);
    });
    await using test = testTransport("socket 2");
    const outcome = await test.send(wireRequest(server.port, { method }));
    assert(outcome instanceof TransportError, JSON.stringify(plain(outcome)));
    assertEquals(outcome.kind, kind, outcome.message);
    assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    assertEquals(told, goAway === undefined ? [[3, reset!]] : [[7, goAway]]);
    assertEquals(test.seen, { connected: goAway === undefined ? 1 : 2, repeats: 0 });
  });
}

for (
  const [name, bytes, message] of [
    ["HTTP/1.1", "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "the server answers in HTTP/1.1, not HTTP/2"],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "not an HTTP/2 answer"],
    ["an alert of TLS", "\x15\x03\x03\x00\x02\x02\x0a..", "not an HTTP/2 answer"],
  ] as const
) {
  Deno.test(`socket 2: a server that answers with ${name}`, async () => {
    await using server = startPeer(async (peer) => {
      await peer.connection.send(bytes);
      await peer.connection.drain();
    });
    await using test = testTransport("socket 2");
    const outcome = await test.send(wireRequest(server.port));
    assert(outcome instanceof TransportError);
    assertEquals([outcome.kind, outcome.message], ["protocol", message]);
  });
}

Deno.test(`socket 2: 300 connections of broken answers: every request ends, and the next one succeeds (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const below = (limit: number) => Math.floor(random() * limit);
  const intact = Buffer.concat([
    settings([3, 50]),
    headers(1, [OK, ["x-one", "1"]]),
    frame(0, 8, 1, "\x02hel.."),
    frame(8, 0, 0, words(7)),
    frame(0, 1, 1, "lo"),
    headers(3, [OK, ["content-length", "5"], ["x-two", "2"]]),
    frame(6, 0, 0, "12345678"),
    frame(0, 0, 3, "hello"),
    headers(3, [["x-sum", "1"]], true),
    frame(7, 0, 0, words(3, 0)),
  ]);
  const seen: Record<string, number> = {};
  for (let index = 0; index < 300; index++) {
    const bytes = Buffer.from(intact);
    for (let left = 1 + below(3); left > 0; left--) bytes[below(bytes.length)] = below(256);
    await using server = startPeer(async (peer, connection) => {
      await peer.start();
      if (connection > 0) return await answerAll(peer);
      await peer.readRequest();
      await peer.readRequest();
      await peer.send(bytes);
    });
    await using test = testTransport("socket 2");
    const outcomes = await Promise.all([1, 2].map(() => test.send(wireRequest(server.port))));
    for (const outcome of outcomes) {
      const what = outcome instanceof TransportError ? outcome.kind : "answered";
      seen[what] = (seen[what] ?? 0) + 1;
      assert(what !== "other", `${index}: ${outcome instanceof TransportError ? outcome.message : ""}`);
    }
    assertEquals(plain(await test.send(wireRequest(server.port))), HELLO, `after ${index}`);
  }
  assert((seen.protocol ?? 0) > 0 && (seen.answered ?? 0) > 0, JSON.stringify(seen));
});
