/**
 * What a report does when it is opened: draws its charts, sorts its tables.
 *
 * @module
 */

/** JavaScript for the page; expects `uPlot` and the points as JSON in `#points`. */
export const SCRIPT = `
"use strict";
const points = JSON.parse(document.getElementById("points").textContent);
const column = (key) => points.map((point) => point[key]);
const at = column("at");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const tones = (isDark) => isDark ? ["#95a3b3", "#2e3843"] : ["#5d6b7a", "#d9e0e7"];
let [soft, line] = tones(dark);
const CHARTS = [
  ["chart-rate", [["Requests/s", "rate", "#2f80ed"], ["Failures/s", "failures", "#e0523f"]], ""],
  ["chart-times", [["p50", "p50", "#27ae60"], ["p95", "p95", "#e29a1c"], ["p99", "p99", "#9b51e0"]], " ms"],
  ["chart-users", [["Users", "users", "#17a2a6"]], ""],
  ["chart-failures", [["Failures/s", "failures", "#e0523f"]], ""],
];
const clock = (seconds) => {
  const part = (value) => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return (hours > 0 ? hours + ":" + part(seconds / 60 % 60) : Math.floor(seconds / 60)) + ":" + part(seconds % 60);
};
const whole = (value) => Number.isInteger(value) ? value : "";
const SECONDS = [1, 2, 5, 10, 20, 30], HOURS = [1, 2, 3, 6, 12, 24, 48, 168, 336, 672];
const STEPS = [...SECONDS, ...SECONDS.map((step) => step * 60), ...HOURS.map((step) => step * 3600)];
const axis = (values, size) => ({ stroke: () => soft, grid: { stroke: () => line, width: 1 }, ticks: { stroke: () => line, width: 1 }, values, size });
for (const [id, series, unit] of CHARTS) {
  const box = document.getElementById(id);
  const shown = (plot, value) => value == null ? "–" : value + unit;
  const plot = new uPlot({
    width: box.clientWidth,
    height: 220,
    cursor: { sync: { key: "time" } },
    scales: { x: { time: false }, y: { range: (plot, min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [{ ...axis((plot, values) => values.map(clock), 30), incrs: STEPS }, axis((plot, values) => values.map(id === "chart-users" ? whole : (value) => value + unit), 64)],
    series: [
      { label: "Time", value: (plot, value) => value == null ? "–" : clock(value) },
      ...series.map(([label, key, stroke]) => ({ label, stroke, width: 1.5, value: shown, points: { show: points.length < 3 } })),
    ],
  }, [at, ...series.map(([label, key]) => column(key))], box);
  for (const [event, isDark] of [["beforeprint", false], ["afterprint", dark]]) {
    addEventListener(event, () => {
      [soft, line] = tones(isDark);
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
