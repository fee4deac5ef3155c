import { assertEquals, assertThrows } from "@std/assert";
import { EventParser, type ServerSentEvent } from "../../../lib/http/stream/event_parser.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (data: string, lastEventId = "", type = "message"): ServerSentEvent => ({ type, data, lastEventId });

/** Streams and what they hold: the examples of the standard first, then its rules one by one. */
const CASES: readonly (readonly [name: string, stream: string, events: readonly ServerSentEvent[]])[] = [
  ["several lines of data", "data: YHOO\ndata: +2\ndata: 10\n\n", [message("YHOO\n+2\n10")]],
  [
    "a comment, ids, an empty id, a value after a blank",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
    [message("first event", "1"), message("second event")],
  ],
  ["data without a value, and an end without a blank line", "data\n\ndata\ndata\n\ndata:", [
    message(""),
    message("\n"),
  ]],
  ["the blank after the colon", "data:test\n\ndata: test\n\n", [message("test"), message("test")]],
  ["only one blank is taken away", "data:  x\n\n", [message(" x")]],
  ["types", "event: add\ndata: 73857293\n\nevent: remove\ndata: 1\n\n", [
    message("73857293", "", "add"),
    message("1", "", "remove"),
  ]],
  ["a type without data is no event, and is forgotten", "event: add\n\ndata: x\n\n", [message("x")]],
  ["the last of several types", "event: a\nevent: b\ndata: x\n\n", [message("x", "", "b")]],
  ["an id stays", "id: 7\ndata: a\n\ndata: b\n\n", [message("a", "7"), message("b", "7")]],
  ["an id without data stays too", "id: 7\n\ndata: b\n\n", [message("b", "7")]],
  ["an id with a null character is ignored", "id: 1\n\nid: 2\0\ndata: x\n\n", [message("x", "1")]],
  ["unknown fields and fields in other letters", "Data: no\nfoo: no\ndata: x\n\n", [message("x")]],
  ["a field name with a blank before its colon", "data : no\ndata: x\n\n", [message("x")]],
  ["carriage returns", "data: a\rdata: b\r\r", [message("a\nb")]],
  ["carriage return and line feed", "data: a\r\ndata: b\r\n\r\n", [message("a\nb")]],
  ["line endings mixed", "data: a\r\ndata: b\rdata: c\n\r\n", [message("a\nb\nc")]],
  ["two blank lines of different endings", "data: a\n\r\ndata: b\r\r\n", [message("a"), message("b")]],
  ["a byte order mark", "\uFEFFdata: a\n\n", [message("a")]],
  ["a second byte order mark belongs to the field's name", "\uFEFF\uFEFFdata: a\n\n", []],
  ["characters of several bytes", "data: 日本 👩‍👧 é\n\n", [message("日本 👩‍👧 é")]],
  ["colons in the value", "data: a:b: c\n\n", [message("a:b: c")]],
  ["comments between the fields", ":\ndata: a\n: ping\ndata: b\n:x\n\n", [message("a\nb")]],
  ["nothing", "", []],
  ["blank lines only", "\n\r\n\r\r\n\n", []],
];

for (const [name, stream, events] of CASES) {
  Deno.test(`EventParser reads ${name}, cut at every byte`, () => {
    const whole = bytes(stream);
    assertEquals(new EventParser().push(whole), [...events]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const parser = new EventParser();
      assertEquals([...parser.push(whole.subarray(0, cut)), ...parser.push(whole.subarray(cut))], [...events]);
    }
    const parser = new EventParser();
    assertEquals([...whole].flatMap((byte) => parser.push(Uint8Array.of(byte))), [...events]);
  });
}

Deno.test("EventParser keeps the reconnection time, if it is digits only", () => {
  const parser = new EventParser();
  assertEquals(parser.retryMs, null);
  parser.push(bytes("retry: 2500\nretry: 3s\nretry:\nretry: -1\n\n"));
  assertEquals(parser.retryMs, 2500);
});

Deno.test("EventParser replaces bytes that are not UTF-8", () => {
  assertEquals(new EventParser().push(Uint8Array.of(...bytes("data: a"), 0xff, ...bytes("b\n\n"))), [
    message("a\uFFFDb"),
  ]);
});

Deno.test("EventParser refuses a line and data beyond its limit, and holds no more than that", () => {
  assertThrows(() => new EventParser(10).push(bytes("data: 12345")), RangeError, "longer than 10 characters");
  const parser = new EventParser(10);
  parser.push(bytes("data: 1\n"));
  parser.push(bytes("data: 2\n"));
  assertThrows(() => parser.push(bytes("data: 1234\ndata: 5678\n")), RangeError);
});

Deno.test("EventParser starts again with each event: many short ones stay below the limit", () => {
  const parser = new EventParser(10);
  let count = 0;
  for (let event = 0; event < 100; event++) count += parser.push(bytes("data: 123\n\n")).length;
  assertEquals(count, 100);
});
