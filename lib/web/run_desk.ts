/**
 * What the page shows and does: the runs of the program, and the form they are started with.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";
import { UsageError } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import type { ScriptInfo } from "../engine/messages.ts";
import type { OptionTexts, RunOptions } from "../engine/options/options.ts";
import { type OptionLabel, optionProblems, resolveOptions } from "../engine/options/resolve_options.ts";
import type { RunControls } from "../engine/run/run_session.ts";
import { arrivalRate } from "../load/arrivals.ts";
import { shapeFor, shapeMs } from "../load/shape.ts";
import { desiredUsers } from "../load/stages.ts";
import type { RunObserver, RunResult } from "../stats/run_model.ts";
import { renderReport, type ReportKind } from "./downloads.ts";
import type { Events } from "./live_run.ts";
import { LiveRun } from "./live_run.ts";
import type { ChartPoint, FormField, PagePercentiles, StateMessage } from "./protocol.ts";

/** Most runs kept. */
export const MAX_RUNS = 20;
/** Points of the drawing of a load. */
const PREVIEW_POINTS = 200;
/** What of a load without an end is drawn, in milliseconds. */
const ENDLESS_PREVIEW_MS = 60_000;
/** Longest note. */
export const MAX_NOTE_LENGTH = 200;

/** A field as it is defined, without its value. */
export type FieldDefinition = Omit<FormField, "value"> & {
  /** How the command line calls it, for messages. */
  readonly flag: string;
};

/** What a desk is put together from. */
export interface DeskParts {
  /** Runs a test to its end, and shows it to the observer. */
  run(options: RunOptions, observer: RunObserver, onLog: (level: LogLevel, text: string) => void): Promise<RunResult>;
  /** The run under way. */
  controls(): RunControls | null;
  /** Returns what the locustfile holds. */
  inspect(options: RunOptions): Promise<ScriptInfo>;
  readonly fields: readonly FieldDefinition[];
  /** Options of the command line. */
  readonly options: OptionTexts;
  /** What is run, as it is shown. */
  readonly subject: string;
  readonly percentiles: PagePercentiles;
  /** Called when a run has ended or failed, with its exit code. */
  onEnded(exitCode: number): void;
}

/** What is wrong with one field. */
export interface FieldProblem {
  /** Its option; `null` where that is not known. */
  readonly key: string | null;
  readonly text: string;
}

/** A load over time, as it is drawn. */
export interface Preview {
  readonly unit: "users" | "iterations/s";
  /** Seconds and height, a pair a point. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** What cannot be done, with a line that says why. */
export class DeskError extends Error {
  override readonly name = "DeskError";
}

/** Starts runs from the page, acts on them, keeps their results. */
export class RunDesk {
  readonly #parts: DeskParts;
  readonly #events: Events;
  readonly #runs: LiveRun[] = [];
  #values: Record<string, string>;
  #classes: readonly string[] = [];
  #isStarting = false;
  #lastId = 0;

  constructor(parts: DeskParts, events: Events) {
    this.#parts = parts;
    this.#events = events;
    this.#values = Object.fromEntries(parts.fields.map(({ key, isList }) => {
      const value = parts.options[key as keyof OptionTexts];
      return [key, textOf(value, isList)];
    }));
  }

  /** Whether a run is under way, or about to be. */
  get isBusy(): boolean {
    return this.#isStarting || this.#parts.controls() !== null;
  }

  /** Returns everything, for a page that has just been opened. */
  state(): StateMessage {
    const last = this.#runs.at(-1) ?? null;
    return {
      version: VERSION,
      subject: this.#parts.subject,
      phase: !this.isBusy ? "idle" : last?.isBegun && last.result === null ? "running" : "starting",
      run: last?.message() ?? null,
      runs: this.#runs.map((run) => run.entry()).reverse(),
      form: {
        fields: this.#parts.fields.map(({ flag: _, ...field }) => ({ ...field, value: this.#values[field.key] ?? "" })),
        classes: this.#classes,
      },
    };
  }

  /** Reads the names of the locustfile's classes; what is wrong with it is said when it is run. */
  async inspect(): Promise<void> {
    if (this.#parts.options.url !== undefined) return;
    try {
      const { classes } = await this.#parts.inspect(resolveOptions(this.#parts.options));
      this.#classes = classes.length > 1 ? classes.map(({ name }) => name) : [];
      this.#events.send("form", this.state().form);
    } catch {
      // The log of the first run says it, where it can be seen.
    }
  }

  /** Returns what is wrong with the values of the form. */
  problems(values: unknown): FieldProblem[] {
    return optionProblems(this.#optionsOf(values), this.#label).map((text) => ({ key: this.#keyIn(text), text }));
  }

  /** Returns the load that the values of the form ask for; `null` where they cannot be used. */
  preview(values: unknown): Preview | null {
    if (this.problems(values).length > 0) return null;
    const shape = shapeFor(resolveOptions(this.#optionsOf(values), this.#label));
    const plannedMs = shapeMs(shape);
    const endMs = Number.isFinite(plannedMs) ? plannedMs : ENDLESS_PREVIEW_MS;
    const valueAt = (ms: number) =>
      shape.model === "open" ? arrivalRate(shape.stages, ms) : desiredUsers(shape.stages, ms) ?? 0;
    const points = Array.from({ length: PREVIEW_POINTS + 1 }, (_, index) => {
      const ms = Math.min(endMs * index / PREVIEW_POINTS, endMs - 1);
      return [ms / 1000, valueAt(ms)] as const;
    });
    return { unit: shape.model === "open" ? "iterations/s" : "users", points };
  }

  /**
   * Starts a run with the values of the form; they are kept for the next one.
   *
   * @throws {DeskError} if a run is under way
   * @throws {UsageError} if a value cannot be used
   */
  start(values: unknown): void {
    if (this.isBusy) throw new DeskError("Cannot start: a run is under way");
    const options = resolveOptions(this.#optionsOf(values), this.#label);
    this.#values = { ...this.#values, ...this.#textsOf(values) };
    this.#isStarting = true;
    const run = new LiveRun(++this.#lastId, this.#events, Date.now(), this.#parts.percentiles);
    this.#runs.push(run);
    if (this.#runs.length > MAX_RUNS) this.#runs.shift();
    this.#events.send("state", this.state());
    void this.#run(run, options);
  }

  async #run(run: LiveRun, options: RunOptions): Promise<void> {
    const onLog = (level: LogLevel, text: string) => run.addLog(level, text, Date.now());
    let exitCode = 1;
    try {
      const result = this.#parts.run(options, run, onLog);
      this.#isStarting = false;
      exitCode = (await result).exitCode;
    } catch (error) {
      if (error instanceof UsageError) exitCode = 2;
      onLog("error", error instanceof UsageError ? error.text : (error as Error).message);
    } finally {
      this.#isStarting = false;
    }
    this.#events.send("state", this.state());
    this.#parts.onEnded(exitCode);
  }

  /**
   * Acts on the run under way.
   *
   * @throws {DeskError} if there is none, or it cannot be done
   */
  act(action: string, body: unknown): void {
    const controls = this.#parts.controls();
    const run = this.#runs.at(-1);
    if (action === "note") return this.#note(run, body);
    if (controls === null) throw new DeskError("Cannot do that: no run is under way");
    const number = (key: string, least: number) => readNumber(body, key, least);
    switch (action) {
      case "stop":
        return controls.stop("stopped on the page");
      case "interrupt":
        return controls.interrupt();
      case "pause":
        return controls.setPaused(true);
      case "resume":
        return controls.setPaused(false);
      case "add-users":
        return controls.addUsers(whole(number("users", -Infinity), "users"));
      case "set-users":
        return controls.setUsers(whole(number("users", 1), "users"));
      case "set-rate":
        if (!controls.setArrivalRate(number("perSecond", 0))) {
          throw new DeskError("Cannot set an arrival rate: this run has none, it has users");
        }
    }
  }

  #note(run: LiveRun | undefined, body: unknown): void {
    const text = (body as { text?: unknown } | null)?.text;
    if (run === undefined || run.result !== null) throw new DeskError("Cannot add a note: no run is under way");
    if (typeof text !== "string" || text.trim() === "") throw new DeskError("Cannot add a note: it is empty");
    try {
      run.addNote(text.trim().slice(0, MAX_NOTE_LENGTH));
    } catch (error) {
      throw new DeskError((error as Error).message);
    }
  }

  /** Returns the points of a row of a run after an instant; `null` where there is no such run or row. */
  points(runId: number, rowId: number, afterSeconds: number): ChartPoint[] | null {
    return this.#find(runId)?.points(rowId, afterSeconds) ?? null;
  }

  /** Returns a run, whole, or `null`. */
  run(runId: number): unknown {
    return this.#find(runId)?.message() ?? null;
  }

  /** Returns a report of a run that has ended; `null` where there is none. */
  report(runId: number, kind: ReportKind): string | null {
    const run = this.#find(runId);
    return run === undefined ? null : renderReport(kind, run);
  }

  #find(runId: number): LiveRun | undefined {
    return this.#runs.find(({ id }) => id === runId);
  }

  readonly #label: OptionLabel = (key) => this.#parts.fields.find((field) => field.key === key)?.flag ?? key;

  /** The field that a problem names. */
  #keyIn(text: string): string | null {
    const named = this.#parts.fields.filter(({ flag }) => new RegExp(`${flag}(?![\\w-])`).test(text));
    return named[0]?.key ?? null;
  }

  #textsOf(values: unknown): Record<string, string> {
    const given = values !== null && typeof values === "object" ? values as Record<string, unknown> : {};
    return Object.fromEntries(
      this.#parts.fields.flatMap(({ key }) => typeof given[key] === "string" ? [[key, given[key] as string]] : []),
    );
  }

  /** Options of the command line, with those of the form in their place; an empty field takes its option away. */
  #optionsOf(values: unknown): OptionTexts {
    const options: Record<string, unknown> = { ...this.#parts.options };
    for (const [key, text] of Object.entries(this.#textsOf(values))) {
      const isList = this.#parts.fields.find((field) => field.key === key)!.isList;
      const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
      if (lines.length === 0) delete options[key];
      else options[key] = isList ? lines : text.trim();
    }
    return options as OptionTexts;
  }
}

function textOf(value: unknown, isList: boolean): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.join(isList ? "\n" : ",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function readNumber(body: unknown, key: string, least: number): number {
  const value = (body as Record<string, unknown> | null)?.[key];
  if (typeof value !== "number" || !Number.isFinite(value) || value < least || value > 1e9) {
    throw new DeskError(
      `Cannot use ${key} ${JSON.stringify(value)}: expected a number${least > -Infinity ? ` from ${least}` : ""}`,
    );
  }
  return value;
}

function whole(value: number, key: string): number {
  if (!Number.isInteger(value)) throw new DeskError(`Cannot use ${key} ${value}: expected a whole number`);
  return value;
}
