/**
 * What the page knows.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import type { ChartPoint, FormMessage, LogLine, Note, RowLine, RunEntry, ViewMessage } from "../protocol.ts";

/** A column of the table. */
export interface RowColumn {
  readonly title: string;
  readonly isFigure: boolean;
  text(row: RowLine): string;
  value(row: RowLine): number | string;
}

/** The page's state, which all of its functions share. */
export interface PageState {
  readonly percentileNames: readonly number[];
  /** Places of the percentiles that are shown. */
  percentiles: number[];
  runId: number;
  phase: string;
  plannedMs: number | null;
  rows: Map<number, RowLine>;
  total: RowLine | null;
  view: ViewMessage | null;
  points: ChartPoint[];
  notes: Note[];
  log: LogLine[];
  outcome: any;
  form: FormMessage | null;
  /** The form as it was drawn last. */
  drawnForm: FormMessage | null;
  runs: readonly RunEntry[];
  /** The row in the charts, −1 for the total, and its points. */
  selected: number;
  selectedPoints: ChartPoint[];
  sort: { title: string; turn: number };
  filter: string;
  columns: RowColumn[];
  lines: Map<number, any>;
  charts: Map<string, any>;
  /** The drawing of the load that the form asks for; `null` while there is none. */
  preview: any;
  /** Shows a row in the charts. */
  select(id: number): void;
  /** Shows a run. */
  show(id: number): void;
}

/**
 * Returns the state of a page that knows nothing yet.
 *
 * @param percentileNames The percentiles that it offers
 * @param percentiles Places of those that are shown at first
 */
export function emptyPage(percentileNames: readonly number[], percentiles: number[]): PageState {
  return {
    percentileNames,
    percentiles,
    runId: 0,
    phase: "idle",
    plannedMs: null,
    rows: new Map(),
    total: null,
    view: null,
    points: [],
    notes: [],
    log: [],
    outcome: null,
    form: null,
    drawnForm: null,
    runs: [],
    selected: -1,
    selectedPoints: [],
    sort: { title: "", turn: 1 },
    filter: "",
    columns: [],
    lines: new Map(),
    charts: new Map(),
    preview: null,
    select: () => {},
    show: () => {},
  };
}
