import { assertEquals } from "@std/assert";
import { decode, encode } from "../../../../lib/cluster/wire/reports/codec.ts";
import { Recorder } from "../../../../lib/stats/recorder.ts";

Deno.test("decode() returns what encode() was given: a worker's delta", () => {
  const recorder = new Recorder(true);
  const series = recorder.series("GET", '/ü "quoted"\n');
  series.record(12.5, false, 100, 3, 200);
  series.record(1e9, true, 0, 0, 503);
  series.error("refused").count++; // without a final verdict: its times are infinite
  recorder.measures.add("items", "", 3);
  recorder.arrivals.countStarted(5, true);
  const delta = recorder.takeDelta(1234.5);
  assertEquals(decode(encode(delta)), delta);
});

Deno.test("decode() returns bytes, shared memory and numbers that are not finite as they were", () => {
  const memory = new SharedArrayBuffer(3);
  new Uint8Array(memory).set([1, 2, 255]);
  const message = { bytes: new Uint8Array([0, 128, 255]), memory, endMs: Infinity, firstMs: -Infinity, none: null };
  const copy = decode(encode(message)) as typeof message;
  assertEquals({ ...copy, memory: 0 }, { ...message, memory: 0 });
  assertEquals(copy.memory instanceof SharedArrayBuffer && [...new Uint8Array(copy.memory)], [1, 2, 255]);
});
