import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { compareRuns } from "../../../lib/report/compare/compare.ts";
import { comparisonTable, comparisonText, noComparison } from "../../../lib/report/compare/compare_table.ts";
import { History } from "../../../lib/report/html/history.ts";
import { reportPage } from "../../../lib/report/html/page.ts";
import { markdownSummary } from "../../../lib/report/markdown_reporter.ts";
import type { ComparisonTable } from "../../../lib/stats/run_model.ts";
import { plainSummary, resultOf } from "../../helpers/runs/run_result.ts";
import { simulatedRun } from "../../helpers/runs/simulated_run.ts";

const changes = compareRuns([simulatedRun({ seed: 1 })], simulatedRun({ seed: 2, factor: 1.3 }), 0.05);
const compared = comparisonTable(changes, ["workers: 2 before, 4 now"], 0.05);
const EVIL = "GET /<b>|`x`";

/** Returns a comparison of so many rows with one figure each, the last of them worse. */
function tableOf(rows: number): ComparisonTable {
  const lines = Array.from({ length: rows }, (_, index) => {
    const isWorse = index === rows - 1;
    return {
      cells: [`${EVIL} ${index}`, "p95", "1ms", "2ms", "+100.0%", "±1.0%", isWorse ? "slower" : "same"],
      isWorse,
    };
  });
  return { ...compared, lines };
}

const markdownOf = (comparison: ComparisonTable) => markdownSummary({ ...resultOf(plainSummary(1, 1000)), comparison });
const pageOf = (comparison: ComparisonTable) =>
  reportPage({ ...resultOf(plainSummary(1, 1000)), comparison }, new History());

Deno.test("comparisonTable() has each row's figures and rate, old beside new, and names what is worse", () => {
  const slow = compared.lines.filter(({ cells: [name] }) => name === "GET /slow");
  assertEquals(slow.map(({ cells, isWorse }) => [cells[1], cells.at(-1), isWorse]), [
    ["avg", "slower", true],
    ["p50", "slower", true],
    ["p95", "slower", true],
    ["failures", "same", false],
    ["rate", "", false],
  ]);
  assertEquals(compared.notes, ["Differs: workers: 2 before, 4 now", "Worse: GET /slow"]);
});

Deno.test("comparisonTable() names rows whose noise is too great to judge them, and says what helps", () => {
  const [first, ...others] = changes;
  const figure = { figure: "p95", old: 1, new: 1, noise: 0.6, verdict: "same" } as const;
  const notes = (noise: number, verdict: "same" | "noise") =>
    comparisonTable([{ ...first!, figures: [{ ...figure, noise, verdict }] }, ...others], [], 0.05).notes;
  const name = first!.name;
  for (const [noise, verdict] of [[0.6, "same"], [0.1, "noise"]] as const) {
    assertStringIncludes(notes(noise, verdict)[0]!, `Too much noise to judge: GET ${name}; longer runs have less`);
  }
  assertEquals(notes(0.1, "same").length, 1);
});

Deno.test("comparisonText() names a row once, and has only the reasons where nothing was compared", () => {
  const text = comparisonText(compared, false);
  assertEquals(text.match(/GET \/slow /g)?.length, 1);
  assertStringIncludes(text, "\n Worse: GET /slow\n");
  assertEquals(
    comparisonText(noComparison(["Cannot compare the runs: too old"], 0.05), false),
    "Cannot compare the runs: too old\n",
  );
});

Deno.test("a job page has the comparison, and of many figures those that are worse first", () => {
  const markdown = markdownOf(compared);
  assertStringIncludes(markdown, "\n### Comparison, tolerance 5.0%\n\nDiffers: workers: 2 before, 4 now\n");
  assert(/^\| `GET \/slow` \| p95 \| .* \| \*\*slower\*\* \|$/m.test(markdown), markdown);
  const many = markdownOf(tableOf(60));
  assertStringIncludes(many, "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n| `GET /<b>\\|'x' 59` | p95 |");
  assertStringIncludes(many, "\n10 more figures are not shown.\n");
});

Deno.test("the report has the comparison, escaped, and highlights what is worse", () => {
  const page = pageOf(tableOf(2));
  assertStringIncludes(page, "<h2>Comparison, tolerance 5.0%</h2>");
  assertStringIncludes(page, '<tr><td>GET /&lt;b&gt;|`x` 0</td><td class="t">p95</td>');
  assertStringIncludes(page, '<tr class="bad"><td>GET /&lt;b&gt;|`x` 1</td>');
  assertStringIncludes(page, '<p class="bad">Worse: GET /slow</p>');
  assertStringIncludes(pageOf(noComparison(["Cannot compare the runs: <old>"], 0.05)), "runs: &lt;old&gt;</p>");
  assert(!reportPage(resultOf(plainSummary(1, 1000)), new History()).includes("Comparison"));
});
