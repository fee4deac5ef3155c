import { assert, assertStringIncludes } from "@std/assert";
import { markdownSummary } from "../../lib/report/markdown_reporter.ts";
import { reportPage } from "../../lib/report/html/page.ts";
import { History } from "../../lib/report/html/history.ts";
import { noteLines } from "../../lib/report/summary_text.ts";
import { plainSummary, resultOf } from "../helpers/run_result.ts";

const REASON = "first line\n\n# second | <img src=x>\x1b[31m *third*";

Deno.test("a reason of several lines, with markup in it, is one line without any", () => {
  const result = resultOf(plainSummary(1, 1000), { reason: REASON });
  assert(noteLines(result)[0]!.endsWith("ended: first line·# second | <img src=x> *third*"), noteLines(result)[0]);
  assertStringIncludes(
    markdownSummary(result),
    "\n10s, 2 users, 7 iterations, 100 B received, ended: first line·\\# second \\| \\<img src=x\\> \\*third\\*\n\n",
  );
  assertStringIncludes(reportPage(result, new History()), "ended: first line·# second | &lt;img src=x&gt; *third*</p>");
});
