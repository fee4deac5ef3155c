import { assertEquals } from "@std/assert";
import { setLogSink } from "../../../../lib/script/log.ts";
import { ReadProgress } from "../../../../lib/script/shared/rows/progress.ts";

Deno.test("ReadProgress calls beat every second, logs every 2 s, and logs the end if it took that long", () => {
  const lines: string[] = [];
  setLogSink((_, text) => lines.push(text));
  let [now, beats] = [5000, 0];
  const progress = new ReadProgress("a.csv", () => beats++, () => now);
  for (let step = 0; step < 50; step++) {
    now += 100;
    progress.at("read", step * 1_000_000, step < 25 ? 0 : 100_000_000);
  }
  progress.done(7, 50_000_000);
  assertEquals(beats, 5);
  assertEquals(lines, [
    'Rows of "a.csv": 19.0 MB read',
    'Rows of "a.csv": 39.0 MB of 100 MB (39.0%) read',
    'Rows of "a.csv": 7 (50.0 MB) ready after 5s',
  ]);
  new ReadProgress("b.csv", () => beats++, () => now).done(1, 1);
  assertEquals([beats, lines.length], [5, 3]);
});

Deno.test("ReadProgress announces a step without progress if it has 32 MB or more", () => {
  const lines: string[] = [];
  setLogSink((_, text) => lines.push(text));
  const progress = new ReadProgress("a.csv.gz", () => {}, () => 0);
  progress.announce("decompressing", 31_999_999);
  progress.announce("decompressing", 32_000_000);
  assertEquals(lines, ['Rows of "a.csv.gz": decompressing 32.0 MB']);
});
