/**
 * A comparison as a table.
 *
 * @module
 */

import { bold, red } from "@std/fmt/colors";
import { oneLine } from "../../core/text.ts";
import { formatMs, formatPercent } from "../../core/units.ts";
import { textTable } from "../text_table.ts";
import type { FigureChange, RowChange } from "./compare.ts";

/** Returns the comparison: options that differ, a table of rows, and the rows that are worse. */
export function comparisonText(
  changes: readonly RowChange[],
  differences: readonly string[],
  { tolerance, hasColor }: { readonly tolerance: number; readonly hasColor: boolean },
): string {
  const lines = changes.flatMap((change) => {
    const names = [change.userClass, change.method, oneLine(change.name)].filter((part) => part !== "").join(" ");
    if (change.in !== "both") return [[names, "", "", "", "", "", `only in the ${change.in} run`]];
    return change.figures.map((figure, index) => [index === 0 ? names : "", ...cells(figure, hasColor)]);
  });
  const columns = ["Row", "Figure", "Old", "New", "Change", "Noise", "Verdict"].map((title, index) => ({
    title,
    align: index >= 2 && index <= 5 ? "right" as const : "left" as const,
  }));
  const worse = changes.filter(({ isWorse }) => isWorse).map(rowName);
  const short = changes.some(({ figures }) => figures.some(({ verdict }) => verdict === "too short"));
  const title = `Comparison, tolerance ${formatPercent(tolerance)}`;
  return [
    ` ${hasColor ? bold(title) : title}`,
    textTable(columns, lines, { padding: 2, hasColor }),
    "",
    ...differences.map((line) => ` Differs: ${line}`),
    ...(short ? [" Too short to tell: each row needs requests in 8 seconds or more of each run"] : []),
    worse.length === 0 ? " No row is worse" : ` Worse: ${worse.join(", ")}`,
    "",
  ].join("\n");
}

/** Returns how a row is named in messages. */
export function rowName({ userClass, method, name }: RowChange): string {
  return oneLine([userClass, method, name].filter((part) => part !== "").join(" "));
}

function cells({ figure, old, new: latest, noise, verdict }: FigureChange, hasColor: boolean): string[] {
  const shown = hasColor && (verdict === "slower" || verdict === "more") ? red(verdict) : verdict;
  if (figure === "failures") {
    const points = (ratio: number) => `${(ratio * 100).toFixed(2)}`;
    const change = `${latest >= old ? "+" : ""}${points(latest - old)} pp`;
    return [figure, percent(old), percent(latest), change, noise === null ? "" : `±${points(noise)} pp`, shown];
  }
  const change = old === 0 ? "" : `${latest >= old ? "+" : ""}${((latest / old - 1) * 100).toFixed(1)}%`;
  return [
    figure,
    formatMs(old),
    formatMs(latest),
    change,
    noise === null ? "" : `±${(noise * 100).toFixed(1)}%`,
    shown,
  ];
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)}%`;
}
