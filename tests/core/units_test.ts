import { assertEquals, assertThrows } from "@std/assert";
import {
  formatBytes,
  formatDuration,
  formatElapsed,
  formatMs,
  formatPercent,
  formatRate,
  parseDurationMs,
  parseRatePerSecond,
} from "../../lib/core/units.ts";

Deno.test("parseDurationMs() reads seconds and units", () => {
  const table: [value: number | string, ms: number][] = [
    [2, 2000],
    [0, 0],
    [0.0001, 0.1],
    ["2", 2000],
    ["1.5", 1500],
    [".5s", 500],
    ["250ms", 250],
    ["10s", 10_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["1h2m3s4ms", 3_723_004],
    [" 3s ", 3000],
  ];
  for (const [value, ms] of table) assertEquals(parseDurationMs(value), ms, String(value));
});

Deno.test("parseDurationMs() refuses invalid durations", () => {
  const wrong = ["", "x", "0x", "10x", "-1", "1e3", "s", "1 s", "1s2", "NaN", "1d", -1, NaN, Infinity];
  for (const value of wrong) {
    assertThrows(
      () => parseDurationMs(value),
      RangeError,
      "expected a number of seconds, or one followed by ms, s, m or h",
    );
  }
});

Deno.test("parseRatePerSecond() reads rates", () => {
  const table: [value: number | string, rate: number][] = [[5, 5], ["500", 500], ["0.5/s", 0.5], ["30/m", 0.5], [
    "7200/h",
    2,
  ]];
  for (const [value, rate] of table) assertEquals(parseRatePerSecond(value), rate, String(value));
  for (const value of ["", "x", "5/d", "-1", -1, NaN]) assertThrows(() => parseRatePerSecond(value), RangeError);
});

Deno.test("figures are formatted for tables, never as NaN", () => {
  assertEquals([1.64, 0, 12345.678, NaN].map(formatMs), ["1.6ms", "0.0ms", "12345.7ms", "-"]);
  assertEquals([60372.444, 0, Infinity].map(formatRate), ["60372.44/s", "0.00/s", "-"]);
  assertEquals([0, 0.1234, 1, NaN].map(formatPercent), ["0.0%", "12.3%", "100.0%", "-"]);
  assertEquals([0, 999, 1234, 56_789, 1e6, 2.5e9].map(formatBytes), [
    "0 B",
    "999 B",
    "1.23 kB",
    "56.8 kB",
    "1.00 MB",
    "2.50 GB",
  ]);
  assertEquals([0, 250, 10_000, 1500, 90_000, 3_600_000, 3_723_000, Infinity].map(formatDuration), [
    "0ms",
    "250ms",
    "10s",
    "1.5s",
    "1m30s",
    "1h",
    "1h2m3s",
    "-",
  ]);
  assertEquals([0, 42_000, 125_000, 3_723_000, NaN].map(formatElapsed), ["0:00", "0:42", "2:05", "1:02:03", "0:00"]);
});
