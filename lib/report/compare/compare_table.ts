/**
 * A comparison as a table.
 *
 * @module
 */

import { bold, red } from "@std/fmt/colors";
import { oneLine } from "../../core/text.ts";
import { formatMs, formatPercent, formatRate } from "../../core/units.ts";
import type { ComparisonLine, ComparisonTable } from "../../stats/run_model.ts";
import { textTable } from "../text_table.ts";
import { type FigureChange, isWorse, type RowChange } from "./compare.ts";

const COLUMNS = ["Row", "Figure", "Old", "New", "Change", "Noise", "Verdict"] as const;

/** Noise of a time that hides more than a change by half, as a share of the old value. */
const GREAT_NOISE = 0.5;

/** Returns the table of a comparison: each row with its figures, options that differ, and the rows that are worse. */
export function comparisonTable(
  changes: readonly RowChange[],
  differences: readonly string[],
  tolerance: number,
): ComparisonTable {
  const worse = changes.filter((change) => change.isWorse).map(rowName);
  const isShort = changes.some(({ figures }) => figures.some(({ verdict }) => verdict === "too short"));
  return {
    title: titleOf(tolerance),
    columns: COLUMNS,
    lines: changes.flatMap(linesOf),
    notes: [
      ...differences.map((line) => `Differs: ${line}`),
      ...(isShort ? ["Too short to tell: each row needs requests in 8 seconds or more of each run"] : []),
      ...noiseNotes(changes),
      worse.length === 0 ? "No row is worse" : `Worse: ${worse.join(", ")}`,
    ],
  };
}

/** Says which rows cannot be judged: chance explains their change, or would hide a great one. */
function noiseNotes(changes: readonly RowChange[]): string[] {
  const isNoisy = ({ figure, noise, verdict }: FigureChange) =>
    verdict === "noise" || (verdict === "same" && figure !== "failures" && noise !== null && noise > GREAT_NOISE);
  const noisy = changes.filter(({ figures }) => figures.some(isNoisy)).map(rowName);
  if (noisy.length === 0) return [];
  return [`Too much noise to judge: ${noisy.join(", ")}; longer runs have less, and several earlier ones say how much`];
}

/** Returns the table of runs that cannot be compared. */
export function noComparison(reasons: readonly string[], tolerance: number): ComparisonTable {
  return { title: titleOf(tolerance), columns: COLUMNS, lines: [], notes: reasons };
}

function titleOf(tolerance: number): string {
  return `Comparison, tolerance ${formatPercent(tolerance)}`;
}

/** Returns a comparison as text: the name of a row only beside its first figure. */
export function comparisonText({ title, columns, lines, notes }: ComparisonTable, hasColor: boolean): string {
  if (lines.length === 0) return notes.map((line) => `${line}\n`).join("");
  const cells = lines.map((line, index) => {
    const [name, ...figures] = line.cells;
    const verdict = hasColor && line.isWorse ? red(figures.at(-1)!) : figures.at(-1)!;
    return [lines[index - 1]?.cells[0] === name ? "" : name!, ...figures.slice(0, -1), verdict];
  });
  const shown = columns.map((column, index) => ({
    title: column,
    align: index >= 2 && index <= 5 ? "right" as const : "left" as const,
  }));
  return [
    ` ${hasColor ? bold(title) : title}`,
    textTable(shown, cells, { padding: 2, hasColor }),
    "",
    ...notes.map((line) => ` ${line}`),
    "",
  ].join("\n");
}

/** Returns how a row is named in messages. */
function rowName({ userClass, method, name }: RowChange): string {
  return oneLine([userClass, method, name].filter((part) => part !== "").join(" "));
}

function linesOf(change: RowChange): ComparisonLine[] {
  const name = rowName(change);
  if (change.in !== "both") {
    return [{ cells: [name, "", "", "", "", "", `only in the ${change.in} run`], isWorse: false }];
  }
  const { old, new: latest } = change.rate;
  const rate = [name, "rate", formatRate(old), formatRate(latest), relative(old, latest), "", ""];
  return [
    ...change.figures.map((figure) => ({ cells: [name, ...figureCells(figure)], isWorse: isWorse(figure) })),
    { cells: rate, isWorse: false },
  ];
}

function figureCells({ figure, old, new: latest, noise, verdict }: FigureChange): string[] {
  if (figure === "failures") {
    const points = (ratio: number) => `${(ratio * 100).toFixed(2)}`;
    const change = `${latest >= old ? "+" : ""}${points(latest - old)} pp`;
    return [figure, percent(old), percent(latest), change, noise === null ? "" : `±${points(noise)} pp`, verdict];
  }
  const shownNoise = noise === null ? "" : `±${(noise * 100).toFixed(1)}%`;
  return [figure, formatMs(old), formatMs(latest), relative(old, latest), shownNoise, verdict];
}

function relative(old: number, latest: number): string {
  return old === 0 ? "" : `${latest >= old ? "+" : ""}${((latest / old - 1) * 100).toFixed(1)}%`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)}%`;
}
