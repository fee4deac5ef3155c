// Cells and tables of the CSV files.

import { assertEquals } from "@std/assert";
import { parse } from "@std/csv/parse";
import { csvLine } from "../../../lib/report/csv/csv.ts";
import { errorsTable, historyHeader, historyLines, rowsTable } from "../../../lib/report/csv/csv_tables.ts";
import { INFO, plainSummary, summaryOf, viewAt } from "../../helpers/runs/run_result.ts";

const PERCENTILES = [50, 95, 99];
const AT = new Date("2026-01-02T03:04:05.000Z");

Deno.test("csvLine() begins strings that a spreadsheet would read as a formula with an apostrophe", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "|calc", "\uff1d1"]) {
    const [cell] = parse(csvLine([text]))[0]!;
    assertEquals(cell!.startsWith("'"), true, JSON.stringify(text));
  }
  assertEquals(csvLine(["/item?a=1", -1.5]), "/item?a=1,-1.5\n", "numbers and inner signs stay");
});

Deno.test("csvLine() writes one line for any name, and a parser reads it back", () => {
  const names = ['say "hi"', "a,b", "a;b", " padded ", "ä€😀"];
  assertEquals(parse(csvLine(names)), [names]);
  assertEquals(csvLine(["two\r\nlines\u0000"]), "two·lines·\n");
});

Deno.test("csvLine() writes numbers without an exponent and with at most three decimals, and nothing for null", () => {
  assertEquals(csvLine([1e-9, 1 / 3, 123456789.5, null, 0]), "0,0.333,123456789.5,,0\n");
});

Deno.test("rowsTable() has the figures of each row and of the total, with exactly the documented columns", () => {
  const [header, row, total] = parse(rowsTable(plainSummary(10, 2000), AT, 2, PERCENTILES));
  assertEquals(
    header!.join(),
    "time,method,name,user_class,count,failures,rate,p50_ms,p95_ms,p99_ms,max_ms,users,min_ms,mean_ms,bytes",
  );
  assertEquals(row, [AT.toISOString(), "GET", "/", "", "10", "1", "5", "1", "1", "1", "1", "2", "1", "1", "1000"]);
  assertEquals(total!.slice(1, 6), ["", "Total", "", "10", "1"]);
});

Deno.test("rowsTable() has the total and no times when there were no requests", () => {
  const [, total, ...others] = parse(rowsTable(plainSummary(0, 0), AT, 0, PERCENTILES));
  assertEquals(total, [AT.toISOString(), "", "Total", "", "0", "0", "0", "", "", "", "", "0", "", "", "0"]);
  assertEquals(others, []);
});

Deno.test("historyLines() has a line for a row without requests in this second, with zeros and without times", () => {
  const view = viewAt(5000, summaryOf((recorder) => recorder.series("POST", "/other").record(7, false, 1), 1000));
  const lines = parse(historyHeader([50, 99.9]) + historyLines(view, AT, [50, 99.9]));
  assertEquals(lines, [
    ["time", "method", "name", "user_class", "count", "failures", "rate", "p50_ms", "p99.9_ms", "max_ms", "users"],
    [AT.toISOString(), "GET", "/", "", "0", "0", "0", "", "", "", "2"],
    [AT.toISOString(), "", "Total", "", "1", "0", "1", "7", "7", "7", "2"],
  ]);
});

Deno.test("errorsTable() has each error with its row or its origin in the script", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, true, 0);
    recorder.series("GET", "/").error('=cmd|"x"').add(INFO.startedAt.getTime());
  }, 1000);
  const at = INFO.startedAt.toISOString();
  assertEquals(parse(errorsTable(summary)), [
    ["method", "name", "text", "count", "first", "last"],
    ["GET", "/", `'=cmd|"x"`, "1", at, at],
  ]);
  const outside = { ...summary.errors[0]!, method: "", name: "", where: "onStart", userClass: "Shopper" };
  assertEquals(parse(errorsTable({ ...summary, errors: [outside] }))[1]!.slice(0, 2), ["", "onStart of Shopper"]);
});
