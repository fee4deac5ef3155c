// What shows a run, by flags and environment.

import { assert, assertEquals } from "@std/assert";
import { createReporters } from "../../lib/cli/reporters.ts";
import type { ReportFlags } from "../../lib/cli/flags.ts";
import { FakeProcess } from "../helpers/fake_process.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../helpers/run_result.ts";

/** Returns what a run of ten seconds writes to stdout, and whether it has a live table. */
async function shown(env: Record<string, string>, flags: ReportFlags = {}, isTerminal = true) {
  const process = new FakeProcess({ env, isTerminal });
  const { observers, screen } = await createReporters(process, flags);
  for (const observer of observers) {
    observer.onStart?.(INFO);
    observer.onView?.(viewAt(5000));
    observer.onView?.(viewAt(10_000));
    await observer.onResult?.(resultOf(plainSummary(10, 1000)));
  }
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
