import { assertEquals } from "@std/assert";
import { ByteBuffer } from "../../../lib/report/samples/byte_buffer.ts";
import { COLUMNS, type FormatName, formatOf, FORMATS } from "../../../lib/report/samples/sample_format.ts";
import { SampleLines } from "../../../lib/report/samples/sample_lines.ts";
import type { SampleChunk } from "../../../lib/stats/samples/sample_chunk.ts";
import { type FinalSample, SampleRecorder } from "../../../lib/stats/samples/sample_recorder.ts";
import { seededRandom } from "../../helpers/random.ts";

const START_MS = Date.UTC(2026, 0, 31, 23, 59, 58);
const PLAIN: FinalSample = {
  ...{ startMs: START_MS + 1500.25, latenessMs: 500.125, ttfbMs: 1.5, ttlbMs: 12.3456, bytesReceived: 120 },
  ...{ connectPhases: { dnsMs: 0, connectMs: 0.25, tlsMs: 2 }, user: 7, status: 200, error: null, traceId: null },
};

function linesOf(format: FormatName, samples: readonly FinalSample[], row = { method: "GET", name: "/" }): string[] {
  const out = new ByteBuffer(16);
  const lines = new SampleLines(FORMATS[format], COLUMNS, START_MS);
  const recorder = new SampleRecorder(1, (chunk: SampleChunk) => lines.add(out, chunk));
  for (const sample of samples) recorder.add(row, "A", sample);
  recorder.flush();
  return new TextDecoder().decode(out.view()).split("\n").slice(0, -1);
}

Deno.test("a line of CSV has the columns of the header, without a value where there is none", () => {
  const failed = { ...PLAIN, status: 0, user: -1, connectPhases: null, error: "timeout after 1s", traceId: "0af7" };
  assertEquals([FORMATS.csv.header.trim(), ...linesOf("csv", [PLAIN, failed])], [
    "time,scheduled_s,start_s,method,name,user_class,user,status,bytes,dns_ms,connect_ms,tls_ms,ttfb_ms,total_ms,error,trace_id",
    "2026-01-31T23:59:59.500250Z,1.000125,1.500250,GET,/,A,7,200,120,0,0.250,2,1.500,12.346,,",
    "2026-01-31T23:59:59.500250Z,1.000125,1.500250,GET,/,A,,,120,0,0,0,1.500,12.346,timeout after 1s,0af7",
  ]);
});

Deno.test("a line of JSON has the same names and values", () => {
  const [line] = linesOf("jsonl", [{ ...PLAIN, error: 'a "b"\n' }]);
  assertEquals(JSON.parse(line!), {
    ...{ time: "2026-01-31T23:59:59.500250Z", scheduled_s: 1.000125, start_s: 1.50025, method: "GET", name: "/" },
    ...{ user_class: "A", user: 7, status: 200, bytes: 120, dns_ms: 0, connect_ms: 0.25, tls_ms: 2, ttfb_ms: 1.5 },
    ...{ total_ms: 12.346, error: 'a "b"\n', trace_id: null },
  });
  assertEquals(Object.keys(JSON.parse(linesOf("jsonl", [PLAIN])[0]!)), [...COLUMNS]);
});

Deno.test("names and errors cannot be formulas or break a line of CSV", () => {
  const [line] = linesOf("csv", [{ ...PLAIN, error: '=cmd|"x"!A1\n+1' }], { method: "GET", name: "@a,b" });
  assertEquals(line!.includes(`,GET,"'@a,b",A,`), true, line);
  assertEquals(line!.includes(`"'=cmd|""x""!A1·+1"`), true, line);
});

Deno.test("numbers are those of toFixed(), of any size", () => {
  const random = seededRandom(3);
  const values = [0, 0.0004, 0.0005, 0.9996, 1, 9.9999, 10, 999.9994, 86_400_000.5, 1e300];
  for (let index = 0; index < 2000; index++) values.push(random() * 10 ** Math.floor(random() * 9));
  const samples = values.map((ttlbMs) => ({ ...PLAIN, ttlbMs, bytesReceived: Math.round(ttlbMs), startMs: START_MS }));
  linesOf("csv", samples).forEach((line, index) => {
    const [bytes, total] = [Number(line.split(",")[8]), Number(line.split(",")[13])];
    const value = values[index]!;
    assertEquals(bytes, Math.min(Math.round(value), Number.MAX_SAFE_INTEGER));
    assertEquals(total, Math.min(Math.round(value * 1000), Number.MAX_SAFE_INTEGER) / 1000);
  });
});

Deno.test("times before the load, and absurd ones, are written", () => {
  const [before, absurd] = linesOf("csv", [{ ...PLAIN, startMs: START_MS - 0.5 }, { ...PLAIN, startMs: -1e300 }]);
  assertEquals(before!.split(",").slice(0, 3), ["2026-01-31T23:59:57.999500Z", "-0.500625", "-0.000500"]);
  assertEquals(absurd!.split(",").length, COLUMNS.length);
});

Deno.test("formatOf() tells format and compression by the file's name", () => {
  const names = ["a.csv", "b.JSONL", "c.csv.gz", "d.jsonl.gz", "e.txt", "f", "g.gz"];
  assertEquals(names.map((name) => formatOf(name)), [
    { format: "csv", isGzip: false },
    { format: "jsonl", isGzip: false },
    { format: "csv", isGzip: true },
    { format: "jsonl", isGzip: true },
    ...[null, null, null],
  ]);
});
