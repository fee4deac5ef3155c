import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { markdownSummary } from "../../lib/report/markdown_reporter.ts";
import { reportPage } from "../../lib/report/html/page.ts";
import { History } from "../../lib/report/html/history.ts";
import { noteLines } from "../../lib/report/summary_text.ts";
import { plainSummary, resultOf, summaryOf } from "../helpers/runs/run_result.ts";

const REASON = "first line\n\n# second | <img src=x>\x1b[31m *third*";

Deno.test("a reason of several lines with markup becomes one line without markup", () => {
  const result = resultOf(plainSummary(1, 1000), { reason: REASON });
  assert(noteLines(result)[0]!.endsWith("ended: first line·# second | <img src=x> *third*"), noteLines(result)[0]);
  assertStringIncludes(
    markdownSummary(result),
    "\n10s, 2 users, 7 iterations, 100 B received, ended: first line·\\# second \\| \\<img src=x\\> \\*third\\*\n\n",
  );
  assertStringIncludes(reportPage(result, new History()), "ended: first line·# second | &lt;img src=x&gt; *third*</p>");
});

Deno.test("a job page states how many rows and errors it leaves out", () => {
  const markdownOf = (count: number) =>
    markdownSummary(resultOf(summaryOf((recorder) => {
      for (let index = 0; index < count; index++) {
        recorder.series("GET", `/${index}`).record(1, true, 0);
        recorder.series("GET", `/${index}`).error(`error ${index}`).add(0);
      }
    }, 1000)));
  assert(!markdownOf(50).includes("not shown"));
  assertEquals(markdownOf(51).match(/.*not shown.*/g), ["1 more row is not shown.", "1 more error is not shown."]);
  assertEquals(markdownOf(60).match(/.*not shown.*/g), [
    "10 more rows are not shown.",
    "10 more errors are not shown.",
  ]);
});

Deno.test("a row without a name or method does not break the tables of a job page", () => {
  const markdown = markdownSummary(resultOf(summaryOf((recorder) => {
    recorder.series("GET", "").record(1, false, 0);
    recorder.series("", "a|b").record(1, false, 0);
    recorder.series("", "").record(1, false, 0);
  }, 1000)));
  const names = markdown.split("\n").filter((line) => line.startsWith("|")).map((line) =>
    line.split(" | ").slice(0, 2)
  );
  assertEquals(names.slice(2), [["| GET", ""], ["| ", "**a\\|b**"], ["| ", ""], ["| ", "**Total**"]]);
});

Deno.test("a job page has the row of each error, and marks rows that are not in Total", () => {
  const markdown = markdownSummary(resultOf(summaryOf((recorder) => {
    recorder.series("GET", "/a|b").record(1, true, 0);
    recorder.series("GET", "/a|b").error("bad | *text*").add(0);
    recorder.countError("onStart", "no token", "Shopper");
    recorder.series("CUSTOM", "audit", "", false).record(1, false, 0);
  }, 1000)));
  assert(markdown.includes("| `GET /a\\|b` | bad \\| \\*text\\* | 1 |"), markdown);
  assertStringIncludes(markdown, "| onStart of Shopper | no token | 1 |");
  assertStringIncludes(markdown, "| CUSTOM | `audit (not in Total)` | 1 |");
});
