// Writes the dashboards of deploy/grafana, one for each set of names, so that queries and metrics have the same names.
//
//   deno run -A scripts/grafana.ts

import { ATTRIBUTES, type MetricKey, metricsOf, type NameSet, rowAttributesOf } from "../lib/telemetry/metrics.ts";
import { labelName, seriesName } from "../lib/telemetry/prometheus/families.ts";

/** Files by the set of names that they use. */
export const DASHBOARDS: Readonly<Record<NameSet, string>> = {
  standard: "deploy/grafana/locust.json",
  aiolocust: "deploy/grafana/locust-aiolocust-names.json",
};

/** A query with the legend of its series. */
type Target = readonly [expression: string, legend: string];

/** What a panel shows, without its place. */
interface Panel {
  readonly title: string;
  readonly type: "stat" | "timeseries" | "table";
  readonly unit: string;
  readonly targets: readonly Target[];
  /** In 24ths of the page. */
  readonly width: number;
  readonly height: number;
  readonly description?: string;
}

const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** Returns a dashboard in the JSON model of Grafana. */
export function dashboard(names: NameSet): Record<string, unknown> {
  const isStandard = names === "standard";
  return {
    uid: isStandard ? "locust" : "locust-aiolocust",
    title: isStandard ? "Locust" : "Locust (names of aiolocust)",
    description: "Load tests: rates, response times and failures of each row",
    tags: ["locust", "load-test"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: "browser",
    time: { from: "now-15m", to: "now" },
    refresh: "5s",
    fiscalYearStartMonth: 0,
    links: [],
    annotations: { list: [] },
    templating: { list: variables(names) },
    panels: placed(panels(names)),
  };
}

function queriesOf(names: NameSet) {
  const [metrics, row] = [metricsOf(names), rowAttributesOf(names)];
  const [rowLabel, methodLabel] = [labelName(row.row), labelName(row.method)];
  const run = 'job=~"$job", instance=~"$instance"';
  const inTotal = `${labelName(ATTRIBUTES.inTotal)}=""`;
  const ofRows = `{${run}, ${inTotal}, ${rowLabel}=~"$row"}`;
  const series = (key: MetricKey) => seriesName(metrics[key]);
  /** Per second. */
  const rate = (key: MetricKey, by: string, selector = `{${run}}`) =>
    `sum${by === "" ? "" : ` by (${by})`} (rate(${series(key)}${selector}[$__rate_interval]))`;
  /** From classic buckets, or where there are none, from native ones. */
  const quantile = (share: number, key: MetricKey, by: string, selector: string) => {
    const of = (end: string, labels: string) =>
      `histogram_quantile(${share}, sum${labels === "" ? "" : ` by (${labels})`} (rate(${
        series(key)
      }${end}${selector}[$__rate_interval])))`;
    return `${of("_bucket", by === "" ? "le" : `le, ${by}`)} or ${of("", by)}`;
  };
  return { rowLabel, methodLabel, run, ofRows, series, rate, quantile };
}

function panels(names: NameSet): Panel[] {
  const { rowLabel, methodLabel, run, ofRows, series, rate, quantile } = queriesOf(names);
  const ofRow = `${methodLabel}, ${rowLabel}`;
  const legend = `{{${methodLabel}}} {{${rowLabel}}}`;
  const [error, where] = [labelName(ATTRIBUTES.errorType), labelName(ATTRIBUTES.where)];
  const [check, outcome] = [labelName(ATTRIBUTES.check), labelName(ATTRIBUTES.outcome)];
  const [measure, worker] = [labelName(ATTRIBUTES.measure), labelName(ATTRIBUTES.worker)];
  const failureRatio = (by: string) =>
    `(${rate("failures", by, ofRows)} or 0 * ${rate("requests", by, ofRows)}) / ` +
    rate("requests", by, ofRows);
  const stat = { type: "stat", width: 6, height: 4 } as const;
  const half = { type: "timeseries", width: 12, height: 8 } as const;
  // Not increase(), which leaves out what happened before the first scrape.
  const total = (key: MetricKey) => `sum by (${ofRow}) (max_over_time(${series(key)}${ofRows}[$__range]))`;
  return [
    { ...stat, title: "Users", unit: "short", targets: [[`sum(${series("users")}{${run}})`, "users"]] },
    { ...stat, title: "Requests", unit: "reqps", targets: [[rate("requests", "", ofRows), "requests"]] },
    { ...stat, title: "Failed", unit: "percentunit", targets: [[failureRatio(""), "failed"]] },
    { ...stat, title: "p95", unit: "s", targets: [[quantile(0.95, "duration", "", ofRows), "p95"]] },
    { ...half, title: "Requests by row", unit: "reqps", targets: [[rate("requests", ofRow, ofRows), legend]] },
    {
      ...half,
      title: "Response times",
      unit: "s",
      description: "Of all rows together, failed requests included",
      targets: [0.5, 0.95, 0.99].map((share) =>
        [quantile(share, "duration", "", ofRows), `p${share * 100}`] satisfies Target
      ),
    },
    { ...half, title: "p95 by row", unit: "s", targets: [[quantile(0.95, "duration", ofRow, ofRows), legend]] },
    {
      ...half,
      title: "Failures by row and error",
      unit: "reqps",
      targets: [[rate("failures", `${ofRow}, ${error}`, ofRows), `${legend}: {{${error}}}`]],
    },
    {
      ...half,
      title: "Users over time",
      unit: "short",
      targets: [
        [`sum(${series("users")}{${run}})`, "running"],
        [`sum(${series("targetUsers")}{${run}})`, "planned"],
      ],
    },
    {
      ...half,
      title: "Iterations",
      unit: "ops",
      description: "Late and dropped ones occur only with an arrival rate",
      targets: [
        [rate("iterations", ""), "ended"],
        [rate("arrivalsLate", ""), "late"],
        [rate("arrivalsDropped", ""), "dropped"],
      ],
    },
    { ...half, title: "Received", unit: "Bps", targets: [[rate("received", ofRow, ofRows), legend]] },
    {
      ...half,
      title: "Errors outside requests",
      unit: "cps",
      targets: [[rate("errors", `${where}, ${error}`), `{{${where}}}: {{${error}}}`]],
    },
    {
      ...half,
      title: "Busy workers",
      unit: "percentunit",
      description: "Above 90 % a worker is the bottleneck, and its delay is part of the response times",
      targets: [[`${series("workerBusy")}{${run}}`, `{{${worker}}}`]],
    },
    {
      ...half,
      title: "Checks that failed",
      unit: "percentunit",
      targets: [[
        `${rate("checks", check, `{${run}, ${outcome}="failed"}`)} / ${rate("checks", check)}`,
        `{{${check}}}`,
      ]],
    },
    {
      ...half,
      title: "p95 of measured times",
      unit: "s",
      targets: [[quantile(0.95, "measureDuration", measure, `{${run}}`), `{{${measure}}}`]],
    },
    {
      ...half,
      title: "p95 of measured numbers",
      unit: "short",
      targets: [[quantile(0.95, "measure", measure, `{${run}}`), `{{${measure}}}`]],
    },
    {
      title: "Requests and failures of the run",
      type: "table",
      description: "Of several runs in the time shown, the highest counts",
      unit: "short",
      width: 24,
      height: 8,
      targets: [[total("requests"), "requests"], [total("failures"), "failures"]],
    },
  ];
}

/** Returns panels with ids and places: from left to right, then down. */
function placed(all: readonly Panel[]): Record<string, unknown>[] {
  let [x, y, lowest] = [0, 0, 0];
  return all.map((panel, index) => {
    if (x + panel.width > 24) [x, y] = [0, lowest];
    const gridPos = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    lowest = Math.max(lowest, y + panel.height);
    return { id: index + 1, ...panelModel(panel), gridPos };
  });
}

function panelModel({ title, type, unit, targets, description }: Panel): Record<string, unknown> {
  const isTable = type === "table";
  return {
    title,
    type,
    ...(description === undefined ? {} : { description }),
    datasource: DATASOURCE,
    targets: targets.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      ...(isTable ? { instant: true, range: false, format: "table" } : { range: true }),
    })),
    fieldConfig: { defaults: { unit, min: 0, ...(isTable ? { decimals: 0 } : {}) }, overrides: [] },
    options: OPTIONS[type],
    ...(isTable ? { transformations: tableColumns(targets) } : {}),
  };
}

const OPTIONS: Readonly<Record<Panel["type"], Record<string, unknown>>> = {
  stat: { reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false }, graphMode: "area", colorMode: "value" },
  timeseries: {
    legend: { displayMode: "table", placement: "bottom", showLegend: true, calcs: ["mean", "max", "lastNotNull"] },
    tooltip: { mode: "multi", sort: "desc" },
  },
  table: { showHeader: true, cellHeight: "sm" },
};

/** Returns what joins the queries of a table into one line a row, under the names of the queries. */
function tableColumns(targets: readonly Target[]): Record<string, unknown>[] {
  const names = targets.map(([, name], index) => [`Value #${String.fromCharCode("A".charCodeAt(0) + index)}`, name]);
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: { excludeByName: { Time: true }, indexByName: {}, renameByName: Object.fromEntries(names) },
    },
  ];
}

function variables(names: NameSet): Record<string, unknown>[] {
  const { rowLabel, series } = queriesOf(names);
  const query = (name: string, label: string, expression: string) => ({
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: { query: expression, refId: `variable-${name}` },
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
    options: [],
    regex: "",
    skipUrlSync: false,
  });
  return [
    {
      ...{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus", regex: "", hide: 0 },
      ...{ refresh: 1, multi: false, includeAll: false, options: [], skipUrlSync: false },
    },
    query("job", "Job", `label_values(${series("users")}, job)`),
    query("instance", "Instance", `label_values(${series("users")}{job=~"$job"}, instance)`),
    query("row", "Row", `label_values(${series("requests")}{job=~"$job", instance=~"$instance"}, ${rowLabel})`),
  ];
}

/** Returns the file of a dashboard. */
export function dashboardFile(names: NameSet): string {
  return `${JSON.stringify(dashboard(names), null, 2)}\n`;
}

if (import.meta.main) {
  for (const [names, path] of Object.entries(DASHBOARDS)) {
    await Deno.writeTextFile(new URL(`../${path}`, import.meta.url), dashboardFile(names as NameSet));
  }
}
