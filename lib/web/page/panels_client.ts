/**
 * The parts of the page below its charts and rows.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import { formatElapsed, formatMs, formatPercent, formatRate } from "../../core/units.ts";
import type { LogLine, RowLine } from "../protocol.ts";
import { byId, el, plainTable, replaceChildren, setText } from "./dom_client.ts";
import type { PageState } from "./state_client.ts";

declare const page: PageState;

/** Draws the figures of the total. */
export function drawTiles(total: RowLine | null): void {
  const [p50, p95, p99] = [50, 95, 99].map((name) => total?.percentilesMs[page.percentileNames.indexOf(name)]);
  const figures = {
    count: total === null ? "–" : String(total.count),
    failures: total === null
      ? "–"
      : total.failures + " (" + formatPercent(total.count === 0 ? 0 : total.failures / total.count) + ")",
    rate: total === null ? "–" : formatRate(total.ratePerSecond),
    mean: total === null ? "–" : formatMs(total.meanMs),
    p50: p50 === undefined ? "–" : formatMs(p50),
    p95: p95 === undefined ? "–" : formatMs(p95),
    p99: p99 === undefined ? "–" : formatMs(p99),
    max: total === null ? "–" : formatMs(total.maxMs),
  };
  for (const [name, text] of Object.entries(figures)) setText(byId("tile-" + name), text);
  byId("tile-failures").classList.toggle("bad", (total?.failures ?? 0) > 0);
  setText(byId("tile-rate-name"), page.outcome === null ? "requests per second, now" : "requests per second, mean");
}

/** Puts other children into an element where what they stand for has changed. */
export function replaceIfChanged(id: string, key: string, make: () => any[]): void {
  const element = byId(id);
  if (element.dataset.shown === key) return;
  element.dataset.shown = key;
  replaceChildren(element, make());
}

/** Draws the errors, most frequent first. */
export function drawErrors(): void {
  const errors = page.view?.errors ?? [];
  byId("errors-part").hidden = errors.length === 0;
  const clock = (date: any) => new Date(date).toLocaleTimeString();
  const hasTraces = errors.some(({ traceId }) => traceId !== null);
  const rows = errors.map((error) => [
    error.where ?? error.method + " " + error.name,
    el("span", { title: error.example ?? "" }, [error.text]),
    ...(hasTraces ? [error.traceId ?? ""] : []),
    String(error.count),
    clock(error.firstAt),
    clock(error.lastAt),
  ]);
  replaceChildren(
    byId("errors"),
    errors.length === 0 ? [] : [
      hasTraces
        ? plainTable("Errors", ["Where", "Error", "Trace", "Count", "First", "Last"], rows, 3)
        : plainTable("Errors", ["Where", "Error", "Count", "First", "Last"], rows, 2),
    ],
  );
}

/** Draws checks and measures. */
export function drawValues(): void {
  const tables = page.view?.tables ?? [];
  byId("values-part").hidden = tables.length === 0;
  replaceIfChanged(
    "values",
    JSON.stringify(tables),
    () => tables.map((one: any) => plainTable(one.caption, one.titles, one.rows, 1)),
  );
}

/** Draws the machines that run users, with what each has reported. */
export function drawMachines(): void {
  const machines = page.view?.machines ?? [];
  byId("machines-part").hidden = machines.length === 0;
  replaceIfChanged("machines", JSON.stringify(machines), () => {
    const rows = machines.map((one: any) => [
      one.name,
      el("b", { className: one.status === "running" ? "good" : one.status === "ended" ? "" : "bad" }, [one.status]),
      String(one.users),
      String(one.requests),
      String(one.workers),
      one.roundTripMs === null ? "–" : formatMs(one.roundTripMs),
      ...[one.clockOffsetMs, one.clockDriftMs].map((ms) => formatMs(Math.round(ms * 10) / 10 || 0)), // no −0
    ]);
    const titles = ["Machine", "Status", "Users", "Requests", "Workers", "Round trip", "Clock ahead", "Drift"];
    return [plainTable("Machines", titles, rows, 2)];
  });
}

/** Draws how busy the workers are. */
export function drawWorkers(): void {
  const workers = page.view?.workers ?? [];
  byId("workers-part").hidden = workers.length === 0;
  replaceIfChanged("workers", JSON.stringify(workers), () => {
    const rows = workers.map((one: any) => [
      one.worker,
      String(one.users),
      one.busyShare === null ? "–" : formatPercent(one.busyShare),
      formatMs(one.lagMs),
    ]);
    return [plainTable("Workers", ["Worker", "Users", "Busy", "Lag"], rows, 1)];
  });
}

/** Draws the thresholds with their verdict as it stands. */
export function drawThresholds(): void {
  const thresholds = page.outcome?.thresholds ?? page.view?.thresholds ?? [];
  byId("thresholds-part").hidden = thresholds.length === 0;
  replaceIfChanged("thresholds", JSON.stringify(thresholds), () => {
    const rows = thresholds.map(({ expression, verdict, actual }: any) => {
      return [
        el("b", { className: verdict === "fail" ? "bad" : verdict === "pass" ? "good" : "" }, [verdict]),
        expression,
        actual ?? "–",
      ];
    });
    return [plainTable("Thresholds", ["Verdict", "Threshold", "Measured"], rows, 2)];
  });
}

/** Draws how the run compares with those of --baseline. */
export function drawComparison(): void {
  const comparison = page.outcome?.comparison ?? null;
  byId("comparison-part").hidden = comparison === null;
  replaceIfChanged("comparison", JSON.stringify(comparison), () => {
    if (comparison === null) return [];
    const notes = comparison.notes.map((text: string) =>
      el("p", { className: /^(?:Worse|Cannot)/.test(text) ? "bad" : "" }, [text])
    );
    const rows = comparison.lines.map(({ cells, isWorse }: any) => [
      ...cells.slice(0, -1),
      isWorse ? el("b", { className: "bad" }, [cells.at(-1)]) : cells.at(-1),
    ]);
    const tables = rows.length === 0 ? [] : [plainTable(comparison.title, [...comparison.columns], rows, 2)];
    return [el("p", {}, [comparison.title]), ...notes, ...tables];
  });
}

/** Draws the log. */
export function drawLog(): void {
  const text = ({ atMs, level, text }: LogLine) =>
    "[" + new Date(atMs).toLocaleTimeString() + "] " + level.toUpperCase() + " " + text;
  const log = byId("log");
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  setText(log, page.log.map(text).join("\n"));
  if (isAtEnd) log.scrollTop = log.scrollHeight;
  byId("log-part").hidden = page.log.length === 0;
}

/** Draws the marked instants. */
export function drawNotes(): void {
  byId("notes-part").hidden = page.notes.length === 0;
  const rows = page.notes.map(({ at, text }) => [formatElapsed(at * 1000), text]);
  replaceChildren(byId("notes"), rows.length === 0 ? [] : [plainTable("Notes", ["At", "Note"], rows, 2)]);
}

/** Draws the list of runs. */
export function drawRuns(): void {
  byId("runs-part").hidden = page.runs.length === 0;
  const rows = page.runs.map((run) => {
    const isOver = run.exitCode !== null;
    const link = (kind: string, label: string) =>
      el("a", {
        href: "/api/report." + kind + "?run=" + run.id,
        download: "",
        "aria-label": label + " of run " + run.id,
      }, [label]);
    const show = el("button", { className: "link", type: "button" }, ["Run " + run.id]);
    show.addEventListener("click", () => page.show(run.id));
    return [
      show,
      new Date(run.startedAtMs).toLocaleTimeString(),
      isOver ? String(run.requests) : "–",
      isOver ? String(run.failures) : "–",
      isOver ? formatMs(run.p95Ms) : "–",
      isOver ? "exit code " + run.exitCode : "running",
      el(
        "span",
        { className: "links" },
        isOver ? [link("html", "HTML report"), link("json", "JSON"), link("csv", "CSV")] : [],
      ),
    ];
  });
  const header = ["Run", "Started", "Requests", "Failures", "p95", "Result", "Download"];
  replaceChildren(byId("runs"), rows.length === 0 ? [] : [plainTable("Runs", header, rows, 1)]);
}
