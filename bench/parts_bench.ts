// What the parts of a request cost, each for itself. Each iteration does a part 1,000 times, so that an iteration's
// microseconds are the nanoseconds of one time.
//
//   deno task bench:parts

import { Buffer } from "node:buffer";
import { nowMs } from "../lib/core/clock.ts";
import { ClientContext } from "../lib/http/client/client_context.ts";
import { InFlight } from "../lib/http/client/in_flight.ts";
import { Judge } from "../lib/http/client/judge.ts";
import { KnownAnswer } from "../lib/http/socket/h1/known_answer.ts";
import { AnswerParser } from "../lib/http/socket/h1/parser.ts";
import { AnswerHead } from "../lib/http/socket/h2/answer_head.ts";
import { EncoderState } from "../lib/http/socket/h2/hpack/encoder_state.ts";
import { HeaderDecoder } from "../lib/http/socket/h2/hpack/header_decoder.ts";
import { encodeBlock } from "../lib/http/socket/h2/hpack/header_encoder.ts";
import type { HeaderLine } from "../lib/http/socket/h2/hpack/static_table.ts";
import { KnownBlock } from "../lib/http/socket/h2/known_block.ts";
import { READ_BUFFER } from "../lib/http/socket/net/read_buffer.ts";
import { createTransport } from "../lib/http/transports.ts";
import { runStep } from "../lib/script/scenario/steps.ts";
import { TaskPicker } from "../lib/script/scenario/task_picker.ts";
import { countCheck, recordMeasure } from "../lib/stats/values/script_values.ts";
import { Histogram } from "../lib/stats/histogram.ts";
import { Recorder } from "../lib/stats/recorder.ts";

const TIMES = 1000;
const MAX_BODY_BYTES = 1e8;

const BODY = "hello locust\n";
const HEAD = [
  "HTTP/1.1 200 OK",
  "Server: nginx/1.22.1",
  "Date: Thu, 01 Jan 2026 00:00:00 GMT",
  "Content-Type: text/plain",
  `Content-Length: ${BODY.length}`,
  "Connection: keep-alive",
].join("\r\n");
const CHUNKED_HEAD = HEAD.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked");
const FIXED = Buffer.from(`${HEAD}\r\n\r\n${BODY}`);
const CHUNKED = Buffer.from(`${CHUNKED_HEAD}\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`);

/** Response times as they occur: most are short, some are long. */
const TIMES_MS = Float64Array.from({ length: TIMES }, (_, index) => 0.2 + (index * 7919 % 1000) ** 3 / 1e8);

/** Keeps results, so that nothing measured can be left out as useless. */
let sink: unknown = null;

function parsing(name: string, answer: Buffer, isKnown: boolean): void {
  let parser = new AnswerParser(MAX_BODY_BYTES, false);
  const length = answer.length;
  const receive = () => READ_BUFFER.set(answer);
  receive();
  parser.feed(READ_BUFFER, length, null);
  const known = isKnown ? parser.head : null;
  known?.remember();
  Deno.bench({ name, group: "answer" }, (context) => {
    receive();
    context.start();
    for (let time = 0; time < TIMES; time++) {
      parser = new AnswerParser(MAX_BODY_BYTES, false);
      parser.feed(READ_BUFFER, length, known);
      sink = parser.takeBody();
    }
    context.end();
    if (!parser.isComplete) throw new Error("Cannot measure parsing: the answer is not complete");
  });
}

const parser = new AnswerParser(MAX_BODY_BYTES, false);
READ_BUFFER.set(FIXED);
parser.feed(READ_BUFFER, FIXED.length, null);
const knownAnswer = new KnownAnswer(parser.head, parser.takeBody(), FIXED.length);
Deno.bench("recognise an answer that is the last one's like", { group: "answer" }, (context) => {
  READ_BUFFER.set(FIXED);
  let count = 0;
  context.start();
  for (let time = 0; time < TIMES; time++) {
    if (knownAnswer.isRead(FIXED.length)) count++;
  }
  context.end();
  if (count !== TIMES) throw new Error("Cannot measure recognising: the answer is not known");
});

parsing("parse an answer whose header block is the last one's", FIXED, true);
parsing("parse an answer, content-length", FIXED, false);
parsing("parse an answer, chunked", CHUNKED, false);

Deno.bench("clock: read the time", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) sink = nowMs();
});

const histogram = new Histogram();
Deno.bench("histogram: record", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) histogram.record(TIMES_MS[time]! * 1000);
});

const recorder = new Recorder();
const series = recorder.series("GET", "/");
Deno.bench("recorder: record", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) series.record(TIMES_MS[time]!, false, FIXED.length);
});

Deno.bench("recorder: look a series up and record", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) recorder.series("GET", "/").record(TIMES_MS[time]!, false, FIXED.length);
});

const court = { recorder, onJudged: null };
Deno.bench("judge: record and settle", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) {
    const judge = new Judge(court, series, 0, TIMES_MS[time]!, TIMES_MS[time]!, FIXED.length, null);
    judge.settle();
    sink = judge;
  }
});

Deno.bench("judge: record, fail by a thrown error, settle", { group: "statistics" }, () => {
  for (let time = 0; time < TIMES; time++) {
    const judge = new Judge(court, series, 0, TIMES_MS[time]!, TIMES_MS[time]!, FIXED.length, null);
    judge.blame("AssertionError (locustfile.ts:7)");
    judge.settle();
    sink = judge;
  }
});

const context = new ClientContext({
  recorder,
  baseUrl: "http://127.0.0.1:8080",
  settings: {},
  createTransport: (options) => createTransport("socket", options, null),
});
Deno.bench("request: look up one seen before", { group: "request" }, () => {
  for (let time = 0; time < TIMES; time++) sink = context.plainRequest("GET", "/");
});

const paths = Array.from({ length: TIMES }, (_, index) => `/item/${index}`);
Deno.bench("request: look up one of 1,000 seen before", { group: "request" }, () => {
  for (let time = 0; time < TIMES; time++) sink = context.plainRequest("GET", paths[time]!);
});

// Past its limit of targets the memory is emptied, so none of these has been seen before.
let next = 0;
Deno.bench("request: work out a new one, the first of its URL", { group: "request" }, () => {
  for (let time = 0; time < TIMES; time++) sink = context.plainRequest("GET", `/new?${next++}`);
});

Deno.bench("script: count a check", { group: "script" }, () => {
  for (let time = 0; time < TIMES; time++) sink = countCheck(recorder.checks, "has a token", time);
});

Deno.bench("script: record a measure", { group: "script" }, () => {
  for (let time = 0; time < TIMES; time++) recordMeasure(recorder.measures, "cart items", time);
});

const picker = new TaskPicker([1, 2, 3].map((weight) => ({ name: `task ${weight}`, weight, tags: [] })), 1, 1);
Deno.bench("script: pick one of three tasks", { group: "script" }, () => {
  for (let time = 0; time < TIMES; time++) sink = picker.next();
});

const owner = { stopMs: Infinity, series: (name: string) => recorder.series("STEP", name, "", false) };
const inFlight = new InFlight();
const noStep = async () => await true;
Deno.bench("script: await a function, without a step", { group: "script" }, async () => {
  for (let time = 0; time < TIMES; time++) sink = await noStep();
});
Deno.bench("script: await it in a step", { group: "script" }, async () => {
  for (let time = 0; time < TIMES; time++) sink = await runStep(owner, "checkout", noStep, {}, null, inFlight);
});

globalThis.addEventListener("unload", () => {
  context.close();
  if (sink === null) throw new Error("Cannot have measured anything: no part gave a result");
});

const REQUEST_LINES: readonly HeaderLine[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "example.test"],
  [":path", "/item/17"],
  ["user-agent", "locust/0.1.0"],
  ["accept", "*/*"],
  ["accept-encoding", "gzip, deflate, br, zstd"],
];
const ANSWER_LINES: readonly HeaderLine[] = [
  [":status", "200"],
  ["server", "nginx/1.22.1"],
  ["date", "Thu, 01 Jan 2026 00:00:00 GMT"],
  ["content-type", "text/plain"],
  ["content-length", String(BODY.length)],
];
const LIMITS = { maxListBytes: 65_536, maxLines: 1000 };

Deno.bench("HTTP/2: encode header lines that were sent before, but for the path", { group: "HTTP/2" }, () => {
  const { next } = encodeBlock(EncoderState.empty(4096), REQUEST_LINES);
  for (let time = 0; time < TIMES; time++) sink = encodeBlock(next, REQUEST_LINES);
});

Deno.bench("HTTP/2: decode header lines, as nginx sends them", { group: "HTTP/2" }, () => {
  const block = Buffer.from(encodeBlock(EncoderState.empty(4096), ANSWER_LINES).bytes);
  const decoder = new HeaderDecoder(LIMITS);
  for (let time = 0; time < TIMES; time++) {
    sink = new AnswerHead(decoder.decode(block, 0, block.length).lines);
  }
});

Deno.bench("HTTP/2: decode header lines that are in the table", { group: "HTTP/2" }, () => {
  const first = encodeBlock(EncoderState.empty(4096), ANSWER_LINES);
  const decoder = new HeaderDecoder(LIMITS);
  const { lines } = decoder.decode(Buffer.from(first.bytes), 0, first.bytes.length);
  const head = new AnswerHead(lines);
  const block = Buffer.from(encodeBlock(first.next, ANSWER_LINES).bytes);
  for (let time = 0; time < TIMES; time++) sink = head.isOf(decoder.decode(block, 0, block.length).lines);
});

Deno.bench("HTTP/2: recognise a header block that is the last one's like", { group: "HTTP/2" }, () => {
  const bytes = Buffer.from(encodeBlock(EncoderState.empty(4096), ANSWER_LINES).bytes);
  const decoder = new HeaderDecoder(LIMITS);
  const block = decoder.decode(bytes, 0, bytes.length);
  const known = KnownBlock.of(bytes, 0, bytes.length, new AnswerHead(block.lines), block, decoder)!;
  for (let time = 0; time < TIMES; time++) sink = known.isRead(bytes, 0, bytes.length, decoder);
});
