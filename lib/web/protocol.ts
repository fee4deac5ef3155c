/**
 * What the server sends to the page: plain data, rounded to what is shown, as little of it as the change allows.
 *
 * @module
 */

import type { ErrorSummary } from "../stats/errors/error_counts.ts";
import type { ComparisonTable, RunState } from "../stats/run_model.ts";
import type { ThresholdResult } from "../stats/thresholds.ts";

/** Percentiles that the page always offers. */
const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99] as const;

/** Percentiles on the page, 0–100 in ascending order. */
export interface PagePercentiles {
  /** Those that can be picked. */
  readonly offered: readonly number[];
  /** Those that are picked at first, and that the files of a run have. */
  readonly shown: readonly number[];
}

/** Returns the percentiles of a page that shows these at first. */
export function pagePercentiles(shown: readonly number[]): PagePercentiles {
  return { offered: [...new Set([...PERCENTILES, ...shown])].sort((a, b) => a - b), shown };
}

/** The figures of one row since the start; its rate is the current one, after the end the mean. Times in milliseconds. */
export interface RowLine {
  /** Number of the row, in the order first seen; −1 is the total. */
  readonly id: number;
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  /** Whether it is part of Total. */
  readonly inTotal: boolean;
  readonly count: number;
  readonly failures: number;
  readonly ratePerSecond: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly bytes: number;
  /** In the order of those that the page offers. */
  readonly percentilesMs: readonly number[];
  /** What earlier runs had, if they are compared with: times in milliseconds, the ratio 0–1. @default none */
  readonly before?: { readonly p95Ms: number; readonly failureRatio: number; readonly ratePerSecond: number };
  /** Counts by status code. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** One point of the charts. */
export interface ChartPoint {
  /** End of its span, in seconds since the start. */
  readonly at: number;
  readonly users: number;
  readonly targetUsers: number;
  /** Requests, and failures, per second. */
  readonly rate: number;
  readonly failures: number;
  /** In the order of those that the page offers; `null` where no request was finished. */
  readonly percentilesMs: readonly number[] | null;
  /** Iterations of the open model that began late, and that were dropped, in the span. */
  readonly late: number;
  readonly dropped: number;
}

/** An instant that somebody has marked. */
export interface Note {
  /** In seconds since the start. */
  readonly at: number;
  readonly text: string;
}

/** A line of the log. */
export interface LogLine {
  /** Wall-clock time, in milliseconds since 1970. */
  readonly atMs: number;
  readonly level: string;
  readonly text: string;
}

/** Checks or measures, as the page shows them. */
export interface ValueTable {
  readonly caption: string;
  /** Titles of the columns; the first is text, the others are figures. */
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What changes every second. */
export interface ViewMessage extends RunState {
  readonly elapsedMs: number;
  readonly isWarmingUp: boolean;
  readonly thresholds: readonly ThresholdResult[];
  readonly total: RowLine;
  /** Rows that have changed. */
  readonly rows: readonly RowLine[];
  /** The total's newest point. */
  readonly point: ChartPoint;
  /** Checks and measures of the script, as far as there are any. */
  readonly tables: readonly ValueTable[];
  /** All errors, where one has changed, else `null`. */
  readonly errors: readonly ErrorSummary[] | null;
}

/** How a run came out. */
export interface OutcomeMessage {
  readonly reason: string;
  readonly exitCode: number;
  readonly loadMs: number;
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  readonly thresholds: readonly ThresholdResult[];
  /** How it compares with the runs of `--baseline`; `null` without any. */
  readonly comparison: ComparisonTable | null;
}

/** One run, whole: what a page needs that has just been opened. */
export interface RunMessage {
  /** Number of the run, from 1. */
  readonly id: number;
  readonly subject: string;
  readonly startedAtMs: number;
  readonly plannedMs: number | null;
  readonly workers: number;
  readonly view: ViewMessage | null;
  readonly points: readonly ChartPoint[];
  readonly notes: readonly Note[];
  readonly log: readonly LogLine[];
  /** `null` while it runs. */
  readonly outcome: OutcomeMessage | null;
}

/** A run in the list of those before. */
export interface RunEntry {
  readonly id: number;
  readonly startedAtMs: number;
  readonly requests: number;
  readonly failures: number;
  readonly p95Ms: number;
  /** `null` while it runs. */
  readonly exitCode: number | null;
}

/** Everything. */
export interface StateMessage {
  readonly version: string;
  readonly subject: string;
  /** `idle` before a run and after it, `starting` until its load begins. */
  readonly phase: "idle" | "starting" | "running";
  readonly run: RunMessage | null;
  readonly runs: readonly RunEntry[];
  readonly form: FormMessage;
}

/** One field of the form. */
export interface FormField {
  /** The option it sets. */
  readonly key: string;
  /** What stands beside it. */
  readonly label: string;
  /** One line of help: that of the command line. */
  readonly help: string;
  /** Its value, as it would be typed. */
  readonly value: string;
  /** Several lines, each a value. */
  readonly isList: boolean;
}

/** The form. */
export interface FormMessage {
  readonly fields: readonly FormField[];
  /** Names of the user classes; empty where there is one at most. */
  readonly classes: readonly string[];
}
