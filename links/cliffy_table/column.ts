/**
 * Settings of one column.
 *
 * @module
 */

/** Where a cell's text stands in its column. */
export type Direction = "left" | "right" | "center";

/** Settings of a column. */
export interface ColumnOptions {
  /** Where the text stands. @default {"left"} */
  align?: Direction;
  /** Least width in columns of the terminal. */
  minWidth?: number;
  /** Greatest width; longer texts wrap. */
  maxWidth?: number;
  /** Blanks between this column and the next. @default {1} */
  padding?: number;
}

/** A column's settings, set one by one. */
export class Column {
  /** What has been set. */
  protected opts: ColumnOptions = {};

  /** Makes a column from options, or from another column. */
  static from(options: ColumnOptions | Column): Column {
    return new Column().options(options instanceof Column ? options.opts : options);
  }

  /** Sets several settings at once. */
  options(options: ColumnOptions): this {
    Object.assign(this.opts, options);
    return this;
  }

  /** Sets where the text stands. */
  align(direction: Direction): this {
    this.opts.align = direction;
    return this;
  }

  /** Sets the least width. */
  minWidth(width: number): this {
    this.opts.minWidth = width;
    return this;
  }

  /** Sets the greatest width. */
  maxWidth(width: number): this {
    this.opts.maxWidth = width;
    return this;
  }

  /** Sets the blanks after the column. */
  padding(padding: number): this {
    this.opts.padding = padding;
    return this;
  }

  /** Returns where the text stands. */
  getAlign(): Direction | undefined {
    return this.opts.align;
  }

  /** Returns the least width. */
  getMinWidth(): number | undefined {
    return this.opts.minWidth;
  }

  /** Returns the greatest width. */
  getMaxWidth(): number | undefined {
    return this.opts.maxWidth;
  }

  /** Returns the blanks after the column. */
  getPadding(): number | undefined {
    return this.opts.padding;
  }
}
