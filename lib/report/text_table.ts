/**
 * Tables of strings, aligned and wrapped here, so that every version of the package below draws them alike.
 *
 * @module
 */

import { type CellType, Column, Table } from "@cliffy/table";
import { bold } from "@std/fmt/colors";
import { displayWidth, wrapWords } from "../core/text.ts";

/** One column of a table. */
export interface TextColumn {
  readonly title: string;
  /** Where cells stand, the title among them. @default {"left"} */
  readonly align?: "left" | "right";
  /** Width in terminal columns beyond which cells are wrapped; such cells carry no colours. @default {Infinity} */
  readonly maxWidth?: number;
}

/** How a table is drawn. */
export interface TextTableStyle {
  /** Blanks between columns. */
  readonly padding: number;
  /** Whether the titles are bold. */
  readonly hasColor: boolean;
}

/**
 * Draws a table, one blank from the left edge.
 *
 * @param rows Cells in the order of the columns; they may carry colours, which take no width
 * @returns The lines of the table, without a line break at the end
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { padding, hasColor }: TextTableStyle,
): string {
  const wrapped = rows.map((cells) =>
    cells.map((cell, index) => wrapWords(cell, columns[index]!.maxWidth ?? Infinity).join("\n"))
  );
  const titles = columns.map(({ title, align }, index) => {
    const blanks = " ".repeat(Math.max(0, align === "right" ? widthOf(wrapped, index) - displayWidth(title) : 0));
    return blanks + (hasColor ? bold(title) : title);
  });
  return new Table<CellType[]>(...wrapped)
    .header(titles)
    .padding(padding)
    .indent(1)
    .columns(columns.map(({ align }) => new Column().align(align ?? "left")))
    .toString();
}

/** Returns how wide the widest line of a column is. */
function widthOf(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(0, ...rows.flatMap((cells) => cells[column]!.split("\n").map(displayWidth)));
}
