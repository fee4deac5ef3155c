/**
 * A table of text.
 *
 * @module
 */

import { Column, type ColumnOptions } from "./column.ts";
import { alignTo, displayWidth, wrap } from "./layout.ts";

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

  /** Returns the table as text, without a line break at the end. */
  override toString(): string {
    const rows: RowType[] = this.#header === undefined ? [...this] : [this.#header, ...this];
    const texts = rows.map((row) => row.map((cell) => (cell === undefined ? "" : String(cell))));
    const width = Math.max(0, ...texts.map((row) => row.length));
    const wrapped = texts.map((row) =>
      Array.from({ length: width }, (_, index) => this.#wrap(row[index] ?? "", index))
    );
    const widths = Array.from({ length: width }, (_, index) => {
      const widest = Math.max(0, ...wrapped.flatMap((row) => row[index]!.map(displayWidth)));
      return Math.max(widest, this.#columns[index]?.getMinWidth() ?? 0);
    });
    return wrapped.flatMap((row) => this.#lines(row, widths)).join("\n");
  }

  /** Writes the table to stdout. */
  render(): this {
    // deno-lint-ignore no-console -- as the real package does
    console.log(this.toString());
    return this;
  }

  #wrap(text: string, index: number): string[] {
    return wrap(text, this.#columns[index]?.getMaxWidth() ?? Infinity);
  }

  #lines(cells: string[][], widths: number[]): string[] {
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = cells.map((lines, index) => {
        const column = this.#columns[index];
        const text = alignTo(lines[line] ?? "", widths[index]!, column?.getAlign() ?? "left");
        const isLast = index === cells.length - 1;
        return isLast ? text : text + " ".repeat(column?.getPadding() ?? this.#padding);
      });
      return " ".repeat(this.#indent) + parts.join("");
    });
  }
}
