import { assertEquals, assertStringIncludes } from "@std/assert";
import { compare } from "../../../lib/cli/commands/compare.ts";
import { RowHistories } from "../../../lib/report/json/row_histories.ts";
import { jsonText, summaryJson } from "../../../lib/report/json/summary_json.ts";
import { FakeProcess } from "../../helpers/runs/fake_process.ts";
import { plainSummary, resultOf, viewAt } from "../../helpers/runs/run_result.ts";

Deno.test("locust compare prints the comparison, and adds it to the page of a job of GitHub Actions", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const histories = new RowHistories();
    for (let second = 1; second <= 10; second++) histories.add(viewAt(second * 1000));
    const json = jsonText(summaryJson(resultOf(plainSummary(50, 10_000)), undefined, histories.read()));
    const files = [`${folder}/old.json`, `${folder}/new.json`];
    for (const file of files) await Deno.writeTextFile(file, json);
    const process = new FakeProcess({ env: { GITHUB_STEP_SUMMARY: `${folder}/page.md` } });
    assertEquals(await compare(process, files, 0.05), 0);
    assertStringIncludes(process.stdout.text, "\n No row is worse\n");
    const page = await Deno.readTextFile(`${folder}/page.md`);
    assertStringIncludes(page, "### Comparison, tolerance 5.0%\n\nNo row is worse\n\n| Row | Figure |");
    assertStringIncludes(page, "| `GET /` | p95 | 1.0ms | 1.0ms | +0.0% |");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
