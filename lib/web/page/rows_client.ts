/**
 * The table of rows: sorted, filtered, and changed only where figures have changed.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import { formatBytes, formatMs, formatPercent, formatRate } from "../../core/units.ts";
import type { RowLine } from "../protocol.ts";
import { byId, el, setText } from "./dom_client.ts";
import type { PageState, RowColumn } from "./state_client.ts";

declare const page: PageState;

/** Returns the columns that are shown now. */
export function rowColumns(): RowColumn[] {
  const figure = (title: string, value: (row: RowLine) => number, format: (value: number) => string): RowColumn => {
    return { title, isFigure: true, value, text: (row) => format(value(row)) };
  };
  const name = (title: string, value: (row: RowLine) => string): RowColumn => {
    return { title, isFigure: false, value, text: value };
  };
  const hasBefore = [...page.rows.values()].some(({ before }) => before !== undefined);
  const hasClass = [...page.rows.values()].some(({ userClass }) => userClass !== "");
  return [
    ...(hasClass ? [name("User", (row) => row.userClass)] : []),
    name("Method", (row) => row.method),
    name("Name", (row) => row.name + (row.inTotal ? "" : " *")),
    figure("Count", (row) => row.count, String),
    {
      ...figure("Failures", (row) => row.failures, String),
      text: (row) => row.failures + " (" + formatPercent(row.count === 0 ? 0 : row.failures / row.count) + ")",
    },
    figure("Avg", (row) => row.meanMs, formatMs),
    ...page.percentiles.map((index) =>
      figure("p" + page.percentileNames[index], (row) => row.percentilesMs[index]!, formatMs)
    ),
    figure("Max", (row) => row.maxMs, formatMs),
    figure("Rate", (row) => row.ratePerSecond, formatRate),
    ...(hasBefore
      ? [name("Before: p95, rate, failed", ({ before }) =>
        before === undefined ? "" : [
          formatMs(before.p95Ms),
          formatRate(before.ratePerSecond),
          formatPercent(before.failureRatio),
        ].join(", "))]
      : []),
    figure("Received", (row) => row.bytes, formatBytes),
    name("Status codes", (row) => {
      const codes = Object.entries(row.statuses);
      return codes.length === 0 ? "" : codes.map(([code, count]) => code + ": " + count).join(", ");
    }),
  ];
}

/** Draws the whole table again, for other columns, another order, other rows. */
export function drawRows(): void {
  const columns = page.columns = rowColumns();
  const head = (column: RowColumn) => {
    const isSorted = page.sort.title === column.title;
    const sort = el("button", { className: "sort", type: "button" }, [column.title]);
    sort.addEventListener("click", () => {
      page.sort = { title: column.title, turn: isSorted ? -page.sort.turn : column.isFigure ? -1 : 1 };
      drawRows();
      byId("rows").querySelector('[aria-sort]:not([aria-sort="none"]) button')?.focus();
    });
    const order = isSorted ? (page.sort.turn > 0 ? "ascending" : "descending") : "none";
    return el("th", { className: column.isFigure ? "n" : "", scope: "col", "aria-sort": order }, [sort]);
  };
  const body = el("tbody");
  page.lines = new Map();
  for (const row of sortedRows()) body.append(rowElement(row));
  const total = page.total === null ? [] : [el("tr", {}, columns.map((column) => cellElement(column, page.total!)))];
  byId("rows").replaceChildren(
    el("caption", { className: "hidden" }, ["Requests"]),
    el("thead", {}, [el("tr", {}, columns.map(head))]),
    body,
    el("tfoot", {}, total),
  );
}

/** Shows the figures of rows that have changed. */
export function updateRows(changed: readonly RowLine[]): void {
  const columns = page.columns;
  if (changed.some((row) => !page.lines.has(row.id)) || rowColumns().length !== columns.length) return drawRows();
  const fill = (line: any, row: RowLine) =>
    columns.forEach((column, index) =>
      setText(line.cells[index].querySelector("button") ?? line.cells[index], column.text(row))
    );
  for (const row of changed) {
    const line = page.lines.get(row.id);
    fill(line, row);
    line.cells[columns.findIndex(({ title }) => title === "Failures")].classList.toggle("bad", row.failures > 0);
  }
  const [total] = byId("rows").tFoot.rows;
  if (total === undefined) return drawRows();
  fill(total, page.total!);
  const body = byId("rows").tBodies[0];
  const order = sortedRows();
  if (order.some((row, index) => body.rows[index] !== page.lines.get(row.id))) {
    body.append(...order.map((row) => page.lines.get(row.id)));
  }
}

/** Returns the rows that match the filter, in their order. */
export function sortedRows(): RowLine[] {
  const filter = page.filter.toLowerCase();
  const rows = [...page.rows.values()].filter(({ name, method }) =>
    (method + " " + name).toLowerCase().includes(filter)
  );
  const column = page.columns.find(({ title }) => title === page.sort.title);
  if (column === undefined) return rows;
  const compare = (a: any, b: any) => a < b ? -1 : a > b ? 1 : 0;
  return rows.sort((a, b) => compare(column.value(a), column.value(b)) * page.sort.turn);
}

/** Returns the line of a row; its name shows the row in the charts. */
export function rowElement(row: RowLine): any {
  const line = el("tr", {}, page.columns.map((column) => cellElement(column, row)));
  page.lines.set(row.id, line);
  return line;
}

/** Returns a cell. */
export function cellElement(column: RowColumn, row: RowLine): any {
  const isBad = column.title === "Failures" && row.failures > 0;
  const className = (column.isFigure ? "n" : column.title === "Name" ? "t" : "") + (isBad ? " bad" : "");
  if (column.title !== "Name") return el("td", { className }, [column.text(row)]);
  const button = el("button", { className: "link", type: "button", title: "Show in the charts" }, [column.text(row)]);
  button.addEventListener("click", () => page.select(row.id));
  return el("td", { className }, [button]);
}
