// Parsing of valid and invalid frames, whole and in pieces.

import { Buffer } from "node:buffer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type FrameHandler, FrameReader } from "../../../../lib/http/socket/h2/frame_reader.ts";
import { ConnectionFailure } from "../../../../lib/http/socket/h2/frames.ts";
import { seededRandom } from "../../../helpers/random.ts";
import { frame, settings, words } from "./peer.ts";

/** Another seed gives other cases: `FUZZ_SEED=7 deno test -A tests/http/socket/h2`. */
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

/** The frames of a reader, one line each; the parts of a DATA frame are joined. */
class Log implements FrameHandler {
  readonly lines: string[] = [];
  #data = "";
  #overhead = 0;

  onHeaderBlock(id: number, bytes: Buffer, from: number, to: number, endsStream: boolean): void {
    this.lines.push(`headers ${id} ${bytes.toString("latin1", from, to)}${endsStream ? " end" : ""}`);
  }

  onData(id: number, bytes: Buffer, from: number, to: number, overhead: number, endsStream: boolean): void {
    this.#data += bytes.toString("latin1", from, to);
    this.#overhead += overhead;
    const before = this.lines.at(-1);
    if (overhead === 0 && before?.startsWith("data")) this.lines.pop();
    else [this.#data, this.#overhead] = [bytes.toString("latin1", from, to), overhead];
    this.lines.push(`data ${id} ${this.#data} +${this.#overhead}${endsStream ? " end" : ""}`);
  }

  onControl(type: number, flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    this.lines.push(`control ${type} ${flags} ${id} ${bytes.toString("hex", from, to)}`);
  }
}

const HELLO = settings();
const STREAM = Buffer.concat([
  settings([4, 7]),
  frame(1, 4, 1, "plain"),
  frame(1, 4 | 1, 3, "ends"),
  frame(1, 4 | 8, 5, "\x03padded..."),
  frame(1, 4 | 32, 7, "12345priority"),
  frame(1, 4 | 8 | 32, 9, "\x0212345both.."),
  frame(1, 1, 11, "in "),
  frame(9, 0, 11, "three "),
  frame(9, 4, 11, "parts"),
  frame(0, 0, 1, "data"),
  frame(0, 1, 1, "more"),
  frame(0, 8, 3, "\x04padded...."),
  frame(0, 1, 3, ""),
  frame(0, 9, 5, "\x02.."),
  frame(2, 0, 5, "12345"),
  frame(3, 0, 7, words(8)),
  frame(6, 0, 0, "12345678"),
  frame(7, 0, 0, Buffer.concat([words(5, 0), Buffer.from("why")])),
  frame(8, 0, 0, words(100)),
  frame(77, 255, 13, "unknown"),
]);
const EVENTS = [
  "control 4 0 0 000400000007",
  "headers 1 plain",
  "headers 3 ends end",
  "headers 5 padded",
  "headers 7 priority",
  "headers 9 both",
  "headers 11 in three parts end",
  "data 1 data +9",
  "data 1 more +9 end",
  "data 3 padded +14",
  "data 3  +9 end",
  "data 5  +12 end",
  "control 2 0 5 3132333435",
  "control 3 0 7 00000008",
  "control 6 0 0 3132333435363738",
  "control 7 0 0 0000000500000000776879",
  "control 8 0 0 00000064",
  "control 77 255 13 756e6b6e6f776e",
];

function read(pieces: readonly Buffer[]): string[] {
  const log = new Log();
  const reader = new FrameReader(log);
  for (const piece of pieces) reader.feed(piece, piece.length);
  assert(!reader.isInFrame);
  return log.lines;
}

Deno.test("FrameReader reports each frame once, without padding and priority", () => {
  assertEquals(read([STREAM]), EVENTS);
});

Deno.test("FrameReader reports the same frames byte by byte, and wherever the bytes are cut in two", () => {
  assertEquals(read(Array.from(STREAM, (_, at) => STREAM.subarray(at, at + 1))), EVENTS);
  for (let cut = 1; cut < STREAM.length; cut++) {
    assertEquals(read([STREAM.subarray(0, cut), STREAM.subarray(cut)]), EVENTS, `cut at ${cut}`);
  }
});

Deno.test("FrameReader passes data on before its frame is complete", () => {
  const log = new Log();
  const reader = new FrameReader(log);
  const bytes = Buffer.concat([HELLO, frame(0, 1, 1, "hello")]);
  reader.feed(bytes, bytes.length - 2);
  assertEquals(log.lines.at(-1), "data 1 hel +9");
  assert(reader.isInFrame);
});

/** Invalid frames after the server's settings, and the reason sent to the server. */
const BROKEN: readonly (readonly [name: string, reason: string, bytes: Buffer])[] = [
  ["a frame larger than agreed", "FRAME_SIZE_ERROR", frame(0, 0, 1, Buffer.alloc(16_385))],
  ["SETTINGS on a stream", "PROTOCOL_ERROR", frame(4, 0, 1)],
  ["SETTINGS of a wrong length", "FRAME_SIZE_ERROR", frame(4, 0, 0, "12345")],
  ["an acknowledgement with settings", "FRAME_SIZE_ERROR", frame(4, 1, 0, "123456")],
  ["PING of a wrong length", "FRAME_SIZE_ERROR", frame(6, 0, 0, "1234567")],
  ["PING on a stream", "PROTOCOL_ERROR", frame(6, 0, 1, "12345678")],
  ["WINDOW_UPDATE of a wrong length", "FRAME_SIZE_ERROR", frame(8, 0, 0, "123")],
  ["RST_STREAM of a wrong length", "FRAME_SIZE_ERROR", frame(3, 0, 1, "123")],
  ["RST_STREAM on the connection", "PROTOCOL_ERROR", frame(3, 0, 0, "1234")],
  ["GOAWAY that is too short", "FRAME_SIZE_ERROR", frame(7, 0, 0, "1234567")],
  ["GOAWAY on a stream", "PROTOCOL_ERROR", frame(7, 0, 1, "12345678")],
  ["PRIORITY of a wrong length", "FRAME_SIZE_ERROR", frame(2, 0, 1, "1234")],
  ["HEADERS on the connection", "PROTOCOL_ERROR", frame(1, 4, 0, "x")],
  ["DATA on the connection", "PROTOCOL_ERROR", frame(0, 0, 0, "x")],
  ["padding longer than DATA", "PROTOCOL_ERROR", frame(0, 8, 1, "\x04...")],
  ["padded DATA without a byte", "FRAME_SIZE_ERROR", frame(0, 8, 1)],
  ["padding longer than HEADERS", "PROTOCOL_ERROR", frame(1, 4 | 8, 1, "\x04...")],
  ["padded HEADERS without a byte", "FRAME_SIZE_ERROR", frame(1, 4 | 8, 1)],
  ["HEADERS too short for a priority", "PROTOCOL_ERROR", frame(1, 4 | 32, 1, "1234")],
  ["CONTINUATION without HEADERS", "PROTOCOL_ERROR", frame(9, 4, 1, "x")],
  ["CONTINUATION of another stream", "PROTOCOL_ERROR", Buffer.concat([frame(1, 0, 1, "x"), frame(9, 4, 3, "x")])],
  ["a frame within a header block", "PROTOCOL_ERROR", Buffer.concat([frame(1, 0, 1, "x"), frame(6, 0, 0, "12345678")])],
];

for (const [name, reason, bytes] of BROKEN) {
  Deno.test(`FrameReader refuses ${name}`, () => {
    const whole = Buffer.concat([HELLO, bytes]);
    for (const size of [whole.length, 1]) {
      const reader = new FrameReader(new Log());
      const error = assertThrows(() => {
        for (let at = 0; at < whole.length; at += size) reader.feed(whole.subarray(at, at + size), size);
      }, ConnectionFailure);
      assertEquals([error.kind, error.reason], ["protocol", reason]);
    }
  });
}

for (
  const [name, bytes, message] of [
    ["HTTP/1.1", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "the server answers in HTTP/1.1, not HTTP/2"],
    ["another first frame", frame(6, 0, 0, "12345678"), "not an HTTP/2 answer"],
    ["an acknowledgement as first frame", frame(4, 1, 0), "not an HTTP/2 answer"],
    ["another protocol", Buffer.from("SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP/2 answer"],
  ] as const
) {
  Deno.test(`FrameReader names the protocol of a server that starts with ${name}`, () => {
    const error = assertThrows(() => new FrameReader(new Log()).feed(bytes, bytes.length), ConnectionFailure);
    assertEquals([error.kind, error.message], ["protocol", message]);
  });
}

for (
  const [name, first, part] of [
    ["of more than 256 KiB", 16_000, 16_000],
    ["of more than a thousand frames", 1, 0],
  ] as const
) {
  Deno.test(`FrameReader ends at a header block ${name}`, () => {
    const reader = new FrameReader(new Log());
    const start = Buffer.concat([HELLO, frame(1, 0, 1, Buffer.alloc(first))]);
    reader.feed(start, start.length);
    const more = frame(9, 0, 1, Buffer.alloc(part));
    const error = assertThrows(() => {
      for (let count = 0; count < 1002; count++) reader.feed(more, more.length);
    }, ConnectionFailure);
    assertEquals([error.kind, error.reason], ["limit", "ENHANCE_YOUR_CALM"]);
  });
}

Deno.test(`FrameReader fails or continues on 5000 broken streams, in random pieces (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const below = (limit: number) => Math.floor(random() * limit);
  const seen = { failed: 0, whole: 0 };
  for (let index = 0; index < 5000; index++) {
    const bytes = Buffer.from(STREAM);
    for (let left = 1 + below(4); left > 0; left--) bytes[below(bytes.length)] = below(256);
    const outcome = (cut: () => number): string => {
      const log = new Log();
      const reader = new FrameReader(log);
      try {
        for (let at = 0, to = 0; at < bytes.length; at = to) {
          to = Math.min(bytes.length, at + cut());
          reader.feed(bytes.subarray(at, to), to - at);
        }
        seen.whole++;
        return log.lines.join("\n");
      } catch (error) {
        assert(error instanceof ConnectionFailure, String(error));
        seen.failed++;
        return `${error.reason}: ${error.message}`;
      }
    };
    assertEquals(outcome(() => 1 + below(20)), outcome(() => bytes.length), `stream ${index}`);
  }
  assert(seen.failed > 0 && seen.whole > 0, JSON.stringify(seen));
});
