/**
 * How a run compares with earlier ones, in the report.
 *
 * @module
 */

import type { RunResult } from "../../stats/run_model.ts";
import { escape, table } from "./markup.ts";

/** Returns the comparison, old beside new; empty without one. */
export function comparisonPart({ comparison }: RunResult): string {
  if (comparison === undefined) return "";
  const { title, columns, lines, notes } = comparison;
  const isBad = (cells: readonly string[]) => lines.some((line) => line.isWorse && line.cells === cells);
  const shown = lines.length === 0 ? "" : table(columns, lines.map(({ cells }) => cells), { numbersFrom: 2, isBad });
  const note = (text: string) => `<p${/^(Worse|Cannot)/.test(text) ? ' class="bad"' : ""}>${escape(text)}</p>`;
  return `<h2>${escape(title)}</h2>\n${notes.map(note).join("\n")}\n${shown}`;
}
