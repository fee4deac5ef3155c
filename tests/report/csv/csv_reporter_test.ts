// The CSV files while a run lasts, at its end, and when they cannot be written.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parse } from "@std/csv/parse";
import { OutputError, UsageError } from "../../../lib/core/errors.ts";
import { CsvReporter } from "../../../lib/report/csv/csv_reporter.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../../helpers/runs/run_result.ts";

/** Runs a test with a prefix in a new folder. */
async function inFolder(test: (prefix: string, folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/new/run`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const read = (path: string) => parse(Deno.readTextFileSync(path));

Deno.test("CsvReporter has all figures on disk after each view, so that a killed run leaves them", async () => {
  await inFolder((prefix) => {
    const reporter = new CsvReporter(prefix);
    reporter.onStart(INFO);
    reporter.onView(viewAt(1000));
    assertEquals(read(`${prefix}_history.csv`).length, 3);
    assertEquals(read(`${prefix}_rows.csv`)[1]!.slice(1, 6), ["GET", "/", "", "10", "1"]);
    reporter.onView(viewAt(2000));
    assertEquals(read(`${prefix}_history.csv`).length, 5);
    assertEquals(read(`${prefix}_rows.csv`)[1]![4], "20");
    assertEquals(read(`${prefix}_errors.csv`)[1]!.slice(0, 4), ["GET", "/", "404 Not Found", "1"]);
    reporter.onResult(resultOf(plainSummary(25, 2000)));
    assertEquals(read(`${prefix}_rows.csv`)[1]![4], "25");
  });
});

Deno.test("CsvReporter adds the history's times to the start of the run, and leaves the warm-up out", async () => {
  await inFolder((prefix) => {
    const reporter = new CsvReporter(prefix);
    reporter.onStart(INFO);
    reporter.onView({ ...viewAt(1000), isWarmingUp: true });
    reporter.onView(viewAt(2000));
    reporter.onResult(resultOf(plainSummary(5, 1000)));
    const times = read(`${prefix}_history.csv`).slice(1).map(([time]) => time);
    const at = new Date(INFO.startedAt.getTime() + 2000).toISOString();
    assertEquals(times, [at, at]);
  });
});

Deno.test("CsvReporter replaces the files of an earlier run, also when the run fails before its load", async () => {
  await inFolder((prefix) => {
    for (let run = 0; run < 2; run++) {
      const reporter = new CsvReporter(prefix);
      reporter.onStart(INFO);
      reporter.onView(viewAt(1000));
      reporter.onResult(resultOf(plainSummary(5, 1000)));
    }
    assertEquals(read(`${prefix}_history.csv`).length, 3);
    new CsvReporter(prefix).onFailure(resultOf(plainSummary(0, 0)));
    assertEquals([read(`${prefix}_history.csv`).length, read(`${prefix}_errors.csv`).length], [1, 1]);
  });
});

Deno.test("CsvReporter reports the first write that failed once, at the end", async () => {
  await inFolder((prefix, folder) => {
    const reporter = new CsvReporter(prefix);
    reporter.onStart(INFO);
    Deno.mkdirSync(`${prefix}_rows.csv`);
    reporter.onView(viewAt(1000));
    reporter.onView(viewAt(2000));
    const error = assertThrows(() => reporter.onResult(resultOf(plainSummary(5, 1000))), OutputError);
    assertEquals(error.message.startsWith(`Cannot write "${folder}/new/run_rows.csv"`), true, error.message);
  });
});

Deno.test("CsvReporter.check() lists each file that cannot be written", async () => {
  await inFolder(async (_, folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const error = await assertRejects(() => new CsvReporter(`${folder}/file/run`).check("--csv"), UsageError);
    assertEquals(error.problems.length, 3);
  });
});
