/**
 * A table of text.
 *
 * @module
 */

import { Column, type ColumnOptions, type Direction } from "./column.ts";
import { alignTo, cellLines, wantedWidth } from "./layout.ts";

/** One cell. */
export type CellType = string | number | boolean | undefined;
/** One row. */
export type RowType = Array<CellType>;

/** A table: an array of rows, with a header and settings. */
export class Table<TRow extends RowType = RowType> extends Array<TRow> {
  #header: RowType | undefined;
  #padding = 1;
  #indent = 0;
  #columns: Column[] = [];

  /** Sets the header. */
  header(header: RowType): this {
    this.#header = header;
    return this;
  }

  /** Replaces all rows. */
  body(rows: Array<TRow>): this {
    this.length = 0;
    this.push(...rows);
    return this;
  }

  /** Sets the settings of all columns. */
  columns(columns: Array<Column | ColumnOptions>): this {
    this.#columns = columns.map((column) => Column.from(column));
    return this;
  }

  /** Sets the blanks between columns. */
  padding(padding: number): this {
    this.#padding = padding;
    return this;
  }

  /** Sets the blanks before every line. */
  indent(width: number): this {
    this.#indent = width;
    return this;
  }

  /** Returns the table as a string, without a line break at the end. */
  override toString(): string {
    const rows: RowType[] = this.#header === undefined ? [...this] : [this.#header, ...this];
    const texts = rows.map((row) => row.map((cell) => (cell === undefined ? "" : String(cell))));
    const columns = Math.max(0, ...texts.map((row) => row.length));
    const widths = Array.from(
      { length: columns },
      (_, index) => this.#width(texts.map((row) => row[index] ?? ""), index),
    );
    return texts.flatMap((row, index) => this.#lines(row, widths, index === 0 && this.#header !== undefined)).join(
      "\n",
    );
  }

  /** Writes the table to stdout. */
  render(): this {
    // deno-lint-ignore no-console -- as the real package does
    console.log(this.toString());
    return this;
  }

  #width(cells: readonly string[], index: number): number {
    const [least, most] = [this.#columns[index]?.getMinWidth() ?? 0, this.#columns[index]?.getMaxWidth()];
    const wanted = Math.max(least, ...cells.map((cell) => wantedWidth(cell, most)));
    return Math.min(wanted, most ?? Infinity);
  }

  /** Draws one row; a header's cells always stand at the left. */
  #lines(row: readonly string[], widths: readonly number[], isHeader: boolean): string[] {
    const cells = widths.map((width, index) => cellLines(row[index] ?? "", width));
    const alignOf = (index: number): Direction => (isHeader ? undefined : this.#columns[index]?.getAlign()) ?? "left";
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = cells.map((lines, index) => {
        const text = alignTo(lines[line] ?? "", widths[index]!, alignOf(index));
        const isLast = index === cells.length - 1;
        return isLast ? text : text + " ".repeat(this.#columns[index]?.getPadding() ?? this.#padding);
      });
      return " ".repeat(this.#indent) + parts.join("");
    });
  }
}
