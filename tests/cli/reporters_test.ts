// What shows a run, by flags and environment.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { checkOutputPaths, createReporters } from "../../lib/cli/reporters.ts";
import type { ReportFlags } from "../../lib/cli/flags/flags.ts";
import { FakeProcess } from "../helpers/runs/fake_process.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../helpers/runs/run_result.ts";

/** Returns what a run of ten seconds writes to stdout, and whether it has a live table. */
async function shown(env: Record<string, string>, flags: ReportFlags = {}, isTerminal = true) {
  const process = new FakeProcess({ env, isTerminal });
  const { observers, screen } = await createReporters(process, flags);
  for (const observer of observers) observer.onStart?.(INFO);
  for (const atMs of [5000, 10_000]) observers.forEach((observer) => observer.onView?.(viewAt(atMs)));
  const result = resultOf(plainSummary(10, 1000));
  for (const observer of observers) await observer.onResult?.(result);
  return { text: process.stdout.text, hasScreen: screen !== undefined };
}

const tablesIn = (text: string) => text.match(/ Method /g)?.length ?? 0;

Deno.test("a terminal has a live table with escape codes, TERM=dumb has tables like a pipe and none of them", async () => {
  const live = await shown({ TERM: "xterm" });
  assert(live.hasScreen && live.text.includes("\x1b["));
  const dumb = await shown({ TERM: "dumb" });
  assertEquals([dumb.hasScreen, dumb.text.includes("\x1b"), tablesIn(dumb.text)], [false, false, 2]);
});

Deno.test("--every and --summary-only set how many tables a pipe gets", async () => {
  assertEquals(tablesIn((await shown({}, {}, false)).text), 2, "one after 10 s, and the summary");
  assertEquals(tablesIn((await shown({}, { everyMs: 5000 }, false)).text), 3);
  assertEquals(tablesIn((await shown({}, { summaryOnly: true }, false)).text), 1);
  const onTerminal = await shown({ TERM: "xterm", NO_COLOR: "1" }, { summaryOnly: true });
  assertEquals([onTerminal.hasScreen, tablesIn(onTerminal.text)], [false, 1]);
});

Deno.test("--csv, --junit and --gitlab write their files, with the percentiles of --percentiles", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const flags = { csv: `${folder}/csv/`, junit: `${folder}/junit.xml`, gitlab: `${folder}/load.json` };
    const { text } = await shown({}, { ...flags, percentiles: [50, 99.9] }, false);
    assert(/ p50 +p99\.9 +Max /.test(text), text);
    const rows = await Deno.readTextFile(`${folder}/csv/_rows.csv`);
    assert(rows.includes(",p50_ms,p99.9_ms,max_ms,"), rows);
    assertEquals((await Deno.readTextFile(`${folder}/csv/_history.csv`)).split("\n").length, 6);
    assert((await Deno.readTextFile(flags.junit)).includes("<testsuite "));
    assertEquals(JSON.parse(await Deno.readTextFile(flags.gitlab)).metrics.http_reqs.count, 10);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("files of --csv, --junit and --gitlab that cannot be written are all listed before the load", async () => {
  const process = new FakeProcess({ env: {} });
  const flags = { csv: "/dev/null/a", junit: "/dev/null/b", gitlab: "/dev/null/c" };
  const error = await assertRejects(() => createReporters(process, flags), UsageError);
  assertEquals(error.problems.map((line) => line.split(" ")[2]), ["--junit", "--gitlab", "--csv", "--csv", "--csv"]);
});

Deno.test("--baseline shows the comparison below the summary, and gives all files the exit code", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await shown({}, { json: `${folder}/old.json` }, false);
    const flags = { baseline: [`${folder}/old.json`], json: `${folder}/new.json`, tolerance: 0.1 };
    const { text } = await shown({ GITHUB_STEP_SUMMARY: `${folder}/page.md` }, flags, false);
    assert(text.indexOf("Summary") < text.indexOf("Comparison, tolerance 10.0%"), text);
    assert((await Deno.readTextFile(`${folder}/page.md`)).includes("\n### Comparison, tolerance 10.0%\n"));
    assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/new.json`)).history.total.counts, [5, 5]);
    const quiet = await shown({}, { ...flags, quiet: true }, false);
    assertEquals(quiet.text, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an output file that is the locustfile, the config or another output file is refused: it would overwrite it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/shop.ts`, "");
    await Deno.symlink(`${folder}/shop.ts`, `${folder}/link.ts`);
    const process = new FakeProcess({ env: {} });
    const problems = async (flags: ReportFlags) => {
      const inputs = [`${folder}/shop.ts`, `${folder}/stages.json`];
      try {
        await checkOutputPaths(process, flags, inputs);
        return [];
      } catch (error) {
        return (error as UsageError).problems.map((line) => line.replaceAll(`${folder}/`, ""));
      }
    };
    const input = "the run reads this file, expected another";
    assertEquals(await problems({ json: `${folder}/link.ts` }), [`Cannot use --json "link.ts": ${input}`]);
    assertEquals(await problems({ junit: `${folder}/a/../stages.json` }), [
      `Cannot use --junit "a/../stages.json": ${input}`,
    ]);
    assertEquals(await problems({ htmlReport: `${folder}/x`, json: `${folder}/./x`, gitlab: `${folder}/y` }), [
      'Cannot use --json "./x": --html-report writes this file, expected another',
    ]);
    assertEquals(
      await problems({ csv: `${folder}/q`, json: `${folder}/q_rows.csv`, samples: `${folder}/q_errors.csv` }),
      [
        'Cannot use --csv "q": --json writes "q_rows.csv", expected another',
        'Cannot use --csv "q": --samples writes "q_errors.csv", expected another',
      ],
    );
    assertEquals(await problems({ htmlReport: "-" }), [
      'Cannot use --html-report "-": only --json can write to stdout, expected the path of a file',
    ]);
    assertEquals(await problems({ htmlReport: "/dev/null", junit: "/dev/null", json: "-" }), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
