/**
 * The page's charts.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import { type ChartSpec, makeChart } from "../../report/html/chart_client.ts";
import type { ChartPoint } from "../protocol.ts";
import { ask, byId, setText } from "./dom_client.ts";
import type { PageState } from "./state_client.ts";

declare const page: PageState;

/** Returns what each chart shows, by the id of its element: its lines, and the values of a point. */
export function chartSpecs(): Record<string, ChartSpec & { values(point: ChartPoint): (number | null)[] }> {
  const colors = ["#27ae60", "#12866f", "#2f80ed", "#e29a1c", "#9b51e0", "#d64f8c", "#e0523f"];
  return {
    "chart-rate": {
      ...{ unit: "", isWhole: false },
      lines: [{ label: "Requests/s", color: "#2f80ed" }, { label: "Failures/s", color: "#e0523f" }],
      values: ({ rate, failures }) => [rate, failures],
    },
    "chart-times": {
      ...{ unit: " ms", isWhole: false },
      lines: page.percentiles.map((index) => ({
        label: "p" + page.percentileNames[index],
        color: colors[index % colors.length]!,
      })),
      values: ({ percentilesMs }) =>
        page.percentiles.map((index) => percentilesMs === null ? null : percentilesMs[index]!),
    },
    "chart-users": {
      ...{ unit: "", isWhole: true },
      lines: [{ label: "Running", color: "#17a2a6" }, { label: "Wanted", color: "#95a3b3" }],
      values: ({ users, targetUsers }) => [users, targetUsers],
    },
    "chart-failures": {
      ...{ unit: "", isWhole: false },
      lines: [{ label: "Failures/s", color: "#e0523f" }],
      values: ({ failures }) => [failures],
    },
    "chart-arrivals": {
      ...{ unit: "", isWhole: true },
      lines: [{ label: "Late", color: "#e29a1c" }, { label: "Dropped", color: "#e0523f" }],
      values: ({ late, dropped }) => [late, dropped],
    },
  };
}

/** Returns the points that are shown: the total's, or those of the row that was picked. */
export function shownPoints(): ChartPoint[] {
  return page.selected === -1 ? page.points : page.selectedPoints;
}

/** Returns the values of a chart, column by column. */
export function chartData(values: (point: ChartPoint) => (number | null)[]): any[] {
  const points = shownPoints();
  const width = points.length === 0 ? 0 : values(points[0]!).length;
  const columns: any[] = [points.map(({ at }) => at)];
  for (let index = 0; index < width; index++) columns.push(points.map((point) => values(point)[index]));
  return columns;
}

/** Creates all charts again, for another run, another row, other percentiles. */
export function drawCharts(): void {
  for (const plot of page.charts.values()) plot.destroy();
  page.charts.clear();
  byId("arrivals").hidden = !page.points.some(({ late, dropped }) => late + dropped > 0);
  if (shownPoints().length === 0) return;
  for (const [id, spec] of Object.entries(chartSpecs())) {
    const box = byId(id);
    if (box.clientWidth === 0) continue;
    page.charts.set(id, makeChart(box, spec, chartData(spec.values), () => page.notes.map(({ at }) => at)));
  }
}

/** Shows the points that have come. */
export function updateCharts(): void {
  const needsArrivals = byId("arrivals").hidden && page.points.some(({ late, dropped }) => late + dropped > 0);
  if (page.charts.size === 0 || needsArrivals) return drawCharts();
  const specs = chartSpecs();
  for (const [id, plot] of page.charts) plot.setData(chartData(specs[id]!.values));
}

/** Asks for the points of the row that was picked. */
export async function fetchPoints(): Promise<void> {
  const { selected, runId } = page;
  if (selected === -1) return;
  const points = await ask("/api/points?run=" + runId + "&row=" + selected + "&after=-1");
  if (selected === page.selected && runId === page.runId) page.selectedPoints = points;
}

/** Shows a row in the charts; −1 is the total. */
export async function selectRow(id: number): Promise<void> {
  page.selected = id;
  page.selectedPoints = [];
  const row = page.rows.get(id);
  setText(byId("chart-subject"), row === undefined ? "Total" : row.method + " " + row.name);
  byId("chart-total").hidden = id === -1;
  await fetchPoints();
  drawCharts();
  if (id !== -1) byId("charts-heading").scrollIntoView({ block: "nearest" });
}
