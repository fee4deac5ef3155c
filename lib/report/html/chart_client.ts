/**
 * Charts of pages. These functions run in a browser. Pages contain their source ({@linkcode sourceOf}), so each
 * function uses only its arguments, the functions and constants here, and `uPlot`.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- browser objects have no types here

declare const uPlot: any;
declare const matchMedia: (query: string) => { matches: boolean };

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  readonly color: string;
}

/** The contents of a chart. */
export interface ChartSpec {
  readonly lines: readonly ChartLine[];
  /** Unit after each value, such as ` ms`. */
  readonly unit: string;
  /** Whether the axis has whole numbers only. */
  readonly isWhole: boolean;
}

/** Steps of the time axis, in seconds. */
export const CHART_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30],
  ...[60, 120, 300, 600, 1200, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_419_200],
];

/** Formats seconds since the start like a clock. */
export function clockLabel(seconds: number): string {
  const part = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return (hours > 0 ? hours + ":" + part(seconds / 60 % 60) : Math.floor(seconds / 60)) + ":" + part(seconds % 60);
}

/** Returns whether the browser prefers a dark colour scheme. */
export function isDarkScreen(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * Draws a chart into an element.
 *
 * @param box The element, which sets the width
 * @param spec The contents
 * @param data Seconds since the start, then the values of each line
 * @param marks Returns the instants to mark, in seconds
 * @returns The chart: a uPlot instance with an additional method `tone(isDark)`
 */
export function makeChart(box: any, spec: ChartSpec, data: any[], marks: () => number[]): any {
  let [soft, line] = ["", ""];
  const tone = (isDark: boolean) => [soft, line] = isDark ? ["#95a3b3", "#2e3843"] : ["#5d6b7a", "#d9e0e7"];
  tone(isDarkScreen());
  const axis = (values: any, size: number) => {
    const rule = { stroke: () => line, width: 1 };
    return { stroke: () => soft, grid: rule, ticks: rule, values, size };
  };
  const label = (value: number) => spec.isWhole && !Number.isInteger(value) ? "" : value + spec.unit;
  const shown = (_: any, value: any) => typeof value !== "number" ? "–" : value + spec.unit;
  const isShort = data[0].length < 3;
  const drawMarks = (plot: any) => {
    const { left, top, height, width } = plot.bbox;
    plot.ctx.fillStyle = soft;
    for (const at of marks()) {
      const x = plot.valToPos(at, "x", true);
      if (x >= left && x <= left + width) plot.ctx.fillRect(x, top, 2, height);
    }
  };
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: 220,
      cursor: { sync: { key: "time" } },
      hooks: { draw: [drawMarks] },
      scales: { x: { time: false }, y: { range: (_: any, _min: any, max: any) => [0, max > 0 ? max * 1.08 : 1] } },
      axes: [
        { ...axis((_: any, values: number[]) => values.map(clockLabel), 30), incrs: CHART_STEPS },
        axis((_: any, values: number[]) => values.map(label), 64),
      ],
      series: [
        { label: "Time", value: (_: any, value: any) => typeof value !== "number" ? "–" : clockLabel(value) },
        ...spec.lines.map(({ label, color }) => {
          return { label, stroke: color, width: 1.5, value: shown, points: { show: isShort } };
        }),
      ],
    },
    data,
    box,
  );
  plot.tone = tone;
  return plot;
}

/** Returns the source of functions and constants, for the script of a page. */
export function sourceOf(parts: Readonly<Record<string, unknown>>): string {
  return Object.entries(parts).map(([name, part]) =>
    typeof part === "function" ? String(part) : `const ${name} = ${JSON.stringify(part)};`
  ).join("\n");
}

/** The source of this whole module. */
export const CHART_SOURCE: string = sourceOf({ CHART_STEPS, clockLabel, isDarkScreen, makeChart });
