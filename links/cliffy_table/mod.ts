/**
 * Stand-in for `jsr:@cliffy/table`: in our own words, the part of its API that this project uses.
 *
 * @module
 */

export { Column, type ColumnOptions, type Direction } from "./column.ts";
export { type CellType, type RowType, Table } from "./table.ts";
