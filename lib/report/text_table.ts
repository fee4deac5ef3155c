/**
 * Tables of strings, aligned and wrapped here, so that all versions of the table package draw the same.
 *
 * @module
 */

import { type CellType, Column, Table } from "@cliffy/table";
import { bold } from "@std/fmt/colors";
import { displayWidth, wrapWords } from "../core/text.ts";

/** One column of a table. */
export interface TextColumn {
  readonly title: string;
  /** Alignment of the cells and the title. @default {"left"} */
  readonly align?: "left" | "right";
  /** Maximum width in terminal columns; longer cells are wrapped, and must not contain colours. @default {Infinity} */
  readonly maxWidth?: number;
}

/** The style of a table. */
export interface TextTableStyle {
  /** Spaces between columns. */
  readonly padding: number;
  /** Whether the titles are bold. */
  readonly hasColor: boolean;
}

/**
 * Returns a table, indented by one space.
 *
 * @param rows Cells in the order of the columns; colours in them take no width
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

/** Returns the width of the widest line of a column. */
function widthOf(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(0, ...rows.flatMap((cells) => cells[column]!.split("\n").map(displayWidth)));
}
