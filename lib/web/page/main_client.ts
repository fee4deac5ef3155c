/**
 * What the page does: it opens the stream of events, shows what comes, and sends what is asked for.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import { formatElapsed } from "../../core/units.ts";
import type { LogLine, Note, RunMessage, StateMessage, ViewMessage } from "../protocol.ts";
import { drawCharts, fetchPoints, selectRow, updateCharts } from "./charts_client.ts";
import { ask, byId, el, setText } from "./dom_client.ts";
import { drawForm, previewForm, startRun } from "./form_client.ts";
import {
  drawComparison,
  drawErrors,
  drawLog,
  drawMachines,
  drawNotes,
  drawRuns,
  drawThresholds,
  drawTiles,
  drawValues,
  drawWorkers,
  replaceIfChanged,
} from "./panels_client.ts";
import { drawRows, updateRows } from "./rows_client.ts";
import type { PageState } from "./state_client.ts";

declare const page: PageState;
declare const document: any;
declare const location: any;
declare const history: any;
declare const addEventListener: any;
declare const EventSource: any;

/** Takes a run, whole. */
export function takeRun(run: RunMessage | null): void {
  const isOther = run?.id !== page.runId;
  page.runId = run?.id ?? 0;
  page.view = run?.view ?? null;
  page.rows = new Map((run?.view?.rows ?? []).map((row) => [row.id, row]));
  page.total = run?.view?.total ?? null;
  page.points = [...run?.points ?? []];
  page.notes = [...run?.notes ?? []];
  page.log = [...run?.log ?? []];
  page.outcome = run?.outcome ?? null;
  page.plannedMs = run?.plannedMs ?? null;
  if (isOther) {
    page.selected = -1;
    page.selectedPoints = [];
  }
  drawRun();
}

/** Draws all of a run. */
export function drawRun(): void {
  byId("run").hidden = page.runId === 0;
  setText(byId("chart-subject"), page.rows.get(page.selected)?.name ?? "Total");
  drawRows();
  drawCharts();
  drawErrors();
  drawLog();
  drawNotes();
  drawState();
}

/** Shows the state, the figures of the total, warnings, thresholds, and what may be done now. */
export function drawState(): void {
  const { view, total, outcome, phase } = page;
  const isRunning = phase === "running" && outcome === null;
  const elapsed = formatElapsed(outcome?.loadMs ?? view?.elapsedMs ?? 0);
  const planned = page.plannedMs === null ? "" : " of " + formatElapsed(page.plannedMs);
  const word = outcome !== null
    ? "Finished"
    : phase === "starting"
    ? "Starting"
    : !isRunning
    ? "Ready"
    : view?.stopping
    ? "Stopping"
    : view?.isPaused
    ? "Paused"
    : view?.isWarmingUp
    ? "Warming up"
    : "Running";
  const verdict = outcome === null ? "" : outcome.exitCode === 0 ? ", exit code 0" : ", exit code " + outcome.exitCode;
  setText(byId("phase"), word + verdict);
  byId("phase").className = "badge " +
    (outcome !== null && outcome.exitCode !== 0 ? "failed" : word.toLowerCase().split(" ")[0]);
  setText(byId("clock"), view === null ? "" : elapsed + planned);
  const progress = byId("progress");
  progress.hidden = !isRunning || page.plannedMs === null;
  if (page.plannedMs !== null) progress.value = Math.min(1, (view?.elapsedMs ?? 0) / page.plannedMs);
  setText(byId("reason"), outcome === null ? view?.stopping ?? "" : outcome.reason);
  for (const button of document.querySelectorAll("[data-running]")) button.disabled = !isRunning;
  byId("stop").disabled = !isRunning && phase !== "starting"; // the wait for agents can be ended, too
  byId("start").disabled = phase !== "idle";
  byId("rate-control").hidden = (view?.askedPerSecond ?? null) === null;
  setText(byId("pause"), view?.isPaused ? "Resume" : "Pause");
  setText(
    byId("users-now"),
    view === null || outcome !== null ? "" : view.users + " of " + view.targetUsers + " users",
  );
  const warnings = [...(outcome?.warnings ?? view?.warnings ?? []), ...(outcome?.problems ?? [])];
  replaceIfChanged(
    "warnings",
    JSON.stringify(warnings),
    () => warnings.map((text) => el("p", { className: "bad" }, [text])),
  );
  drawTiles(total);
  drawComparison();
  drawValues();
  drawMachines();
  drawWorkers();
  drawThresholds();
}

/** Takes everything. */
export function takeState(state: StateMessage): void {
  const isFirst = page.form === null;
  page.phase = state.phase;
  page.runs = state.runs;
  setText(byId("subject"), state.subject);
  setText(byId("version"), state.version);
  const isFormOther = JSON.stringify(page.form) !== JSON.stringify(state.form);
  page.form = state.form;
  if (isFirst) byId("form-part").open = state.run === null;
  if (isFirst || isFormOther) drawForm();
  takeRun(state.run);
  drawRuns();
}

/** Takes what has changed in a second. */
export function takeView(view: ViewMessage): void {
  page.phase = "running";
  const errors = view.errors ?? page.view?.errors ?? [];
  page.view = { ...view, errors };
  for (const row of view.rows) page.rows.set(row.id, row);
  page.total = view.total;
  // A span that was not full yet comes again, with more in it.
  const isAgain = page.points.length > 0 && page.points.at(-1)!.at >= view.point.at - 0.5 && page.points.length > 1800;
  if (isAgain) page.points.pop();
  page.points.push(view.point);
  if (page.points.length > 3600) page.points = page.points.filter((_, index) => index % 2 === 1);
  updateRows(view.rows);
  if (view.errors !== null) drawErrors();
  drawState();
  void fetchPoints().then(updateCharts);
}

/** Shows what could not be done. */
export function complain(error: unknown): void {
  setText(byId("action-problem"), error instanceof Error ? error.message : String(error));
}

/** Connects to the stream of events, again and again. */
export function connect(): void {
  const source = new EventSource("/api/events");
  const on = (type: string, take: (data: any) => void) =>
    source.addEventListener(type, (event: any) => take(JSON.parse(event.data)));
  source.onopen = () => byId("offline").hidden = true;
  source.onerror = () => byId("offline").hidden = false;
  on("state", takeState);
  on("form", (form) => {
    page.form = form;
    drawForm();
  });
  on("start", (run) => {
    page.phase = "running";
    byId("form-part").open = false;
    takeRun(run);
  });
  on("view", takeView);
  on("end", takeRun);
  on("log", (line: LogLine) => {
    page.log.push(line);
    if (page.log.length > 500) page.log.shift();
    drawLog();
  });
  on("note", (note: Note) => {
    page.notes.push(note);
    drawNotes();
    updateCharts();
  });
}

/** Lets buttons and fields do what they are there for. */
export function listen(): void {
  const act = (name: string, body: () => unknown = () => ({})) => async () => {
    setText(byId("action-problem"), "");
    await ask("/api/" + name, body()).catch(complain);
  };
  const onClick = (id: string, action: () => unknown) => byId(id).addEventListener("click", action);
  const onSubmit = (id: string, action: () => unknown) =>
    byId(id).addEventListener("submit", (event: any) => {
      event.preventDefault();
      void action();
    });
  onClick("stop", act("stop"));
  onClick("interrupt", act("interrupt"));
  onClick("pause", () => act(page.view?.isPaused ? "resume" : "pause")());
  onClick("more", act("add-users", () => ({ users: 1 })));
  onClick("fewer", act("add-users", () => ({ users: -1 })));
  onSubmit("set-users", act("set-users", () => ({ users: Number(byId("users-input").value) })));
  onSubmit("rate-control", act("set-rate", () => ({ perSecond: Number(byId("rate-input").value) })));
  onSubmit("note-form", async () => {
    await act("note", () => ({ text: byId("note-input").value }))();
    byId("note-input").value = "";
  });
  onSubmit("form", () => startRun().catch(complain));
  byId("form-part").addEventListener("toggle", () => page.form !== null && void previewForm());
  byId("filter").addEventListener("input", () => {
    page.filter = byId("filter").value;
    drawRows();
  });
  for (const [index, name] of page.percentileNames.entries()) {
    const box = el("input", { type: "checkbox", checked: page.percentiles.includes(index) });
    box.addEventListener("change", () => {
      const others = page.percentiles.filter((one) => one !== index);
      page.percentiles = (box.checked ? [...others, index] : others).sort((a, b) => a - b);
      drawRows();
      drawCharts();
    });
    byId("percentiles").append(el("label", {}, [box, "p" + name]));
  }
  page.select = (id) => void selectRow(id);
  page.show = (id) => void ask("/api/run?run=" + id).then(takeRun, complain);
  onClick("chart-total", () => void selectRow(-1));
  addEventListener("resize", () => {
    for (const [id, plot] of page.charts) plot.setSize({ width: byId(id).clientWidth, height: 220 });
    page.preview?.setSize({ width: byId("preview").clientWidth, height: 130 });
  });
}

/** Begins: exchanges the token of the address for a cookie, and connects. */
export async function begin(): Promise<void> {
  listen();
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (token !== null) {
      await ask("/api/session", { token });
      history.replaceState(null, "", location.pathname);
    }
    await ask("/api/preview", {});
    connect();
  } catch (error) {
    setText(byId("phase"), "No access");
    complain(error);
  }
}
