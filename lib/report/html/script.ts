/**
 * The script of a report: draws the charts and sorts the tables.
 *
 * @module
 */

import { CHART_SOURCE } from "./chart_client.ts";

/** JavaScript of the page; needs `uPlot`, and the points and marked instants as JSON in `#points` and `#marks`. */
export const SCRIPT = `
"use strict";
${CHART_SOURCE}
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [points, marks] = [read("points"), read("marks")];
const column = (key) => points.map((point) => point[key]);
const CHARTS = [
  ["chart-rate", [["Requests/s", "rate", "#2f80ed"], ["Failures/s", "failures", "#e0523f"]], ""],
  ["chart-times", [["p50", "p50", "#27ae60"], ["p95", "p95", "#e29a1c"], ["p99", "p99", "#9b51e0"]], " ms"],
  ["chart-users", [["Users", "users", "#17a2a6"], ["Wanted", "targetUsers", "#95a3b3"]], ""],
  ["chart-failures", [["Failures/s", "failures", "#e0523f"]], ""],
  ["chart-arrivals", [["Late", "late", "#e29a1c"], ["Dropped", "dropped", "#e0523f"]], ""],
];
for (const [id, series, unit] of CHARTS) {
  const box = document.getElementById(id);
  if (box === null) continue;
  const lines = series.map(([label, , color]) => ({ label, color }));
  const data = [column("at"), ...series.map(([, key]) => column(key))];
  const plot = makeChart(box, { lines, unit, isWhole: id === "chart-users" || id === "chart-arrivals" }, data, () => marks);
  for (const [event, isDark] of [["beforeprint", false], ["afterprint", isDarkScreen()]]) {
    addEventListener(event, () => {
      plot.tone(isDark);
      plot.redraw(false);
    });
  }
  addEventListener("resize", () => plot.setSize({ width: box.clientWidth, height: 220 }));
}
for (const head of document.querySelectorAll("thead th.n")) {
  head.title = "Sort";
  head.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0];
    const figure = (row) => parseFloat(row.cells[head.cellIndex].textContent.replace(/[-: ]/g, ""));
    const turn = head.dataset.turn = head.dataset.turn === "-1" ? "1" : "-1";
    body.append(...[...body.rows].sort((a, b) => (figure(a) - figure(b)) * turn));
  });
}
`;
