/**
 * The JSON of a run, as far as a comparison needs it.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { checkHasEnd, fileProblem } from "../../core/file_problem.ts";
import type { HistoryRow, RunHistory } from "../json/row_histories.ts";

/** A row with its figures over time. */
export interface RunRow {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly inTotal: boolean;
  readonly count: number;
  readonly failureRatio: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly ratePerSecond: number;
  readonly history: HistoryRow;
}

/** A run. */
export interface RunFigures {
  readonly subject: string;
  readonly rows: readonly RunRow[];
  readonly total: RunRow;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether times start at the scheduled instant: the open model. */
  readonly isOpen: boolean;
}

/**
 * Reads the file that `--json` wrote.
 *
 * @param path The file
 * @param label Name of the option for the message
 * @throws {UsageError} if it cannot be read or has no figures over time
 */
export async function readRunFile(path: string, label: string): Promise<RunFigures> {
  const fail = (state: string) =>
    new UsageError([`Cannot use ${label} "${path}": ${state}, expected a file that --json wrote`]);
  let text: string;
  try {
    checkHasEnd(path);
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw fail(fileProblem(error));
  }
  try {
    const figures = runFigures(JSON.parse(text));
    checkFigures(figures);
    return figures;
  } catch (error) {
    if (error instanceof RangeError) throw fail(error.message);
    if (error instanceof SyntaxError || error instanceof TypeError) throw fail("not the summary of a run");
    throw error;
  }
}

const ROW_FIELDS = ["count", "failureRatio", "meanMs", "p50Ms", "p95Ms", "ratePerSecond"] as const;
const HISTORY_FIELDS = ["counts", "failures", "meanMs", "p50Ms", "p95Ms"] as const;

/**
 * Checks what is compared.
 *
 * @throws {RangeError} that names the first field that is not usable
 */
function checkFigures({ rows, total }: RunFigures): void {
  for (
    const [place, row] of [...rows.map((row, index) => [`rows[${index}]`, row] as const), ["total", total] as const]
  ) {
    for (const field of ROW_FIELDS) checkNumber(`${place}.${field}`, row[field]);
    for (const field of HISTORY_FIELDS) {
      const [values, { length }] = [row.history[field], row.history.counts];
      const name = `${field} in the history of ${place}`;
      if (values.length !== length) throw new RangeError(`${values.length} ${name}, expected ${length}`);
      values.forEach((value) => checkNumber(name, value));
    }
  }
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0) return;
  throw new RangeError(`${name} is ${JSON.stringify(value)}, expected a number of 0 or more`);
}

/**
 * Returns the figures in a document that `summaryJson` made.
 *
 * @throws {RangeError} if it has no figures over time
 * @throws {TypeError} if it is anything else
 */
export function runFigures(document: unknown): RunFigures {
  const { schemaVersion, run, rows, total, options, history } = document as Record<string, unknown> & {
    readonly schemaVersion: string;
    readonly run: { readonly subject: string };
    readonly rows: readonly RunRow[];
    readonly total: RunRow & { readonly service: unknown };
    readonly options: Readonly<Record<string, unknown>>;
    readonly history: RunHistory | null | undefined;
  };
  if (!/^2\.\d+$/.test(schemaVersion)) throw new RangeError(`schema version ${schemaVersion}, expected 2.x`);
  if (history === undefined) throw new RangeError("made by a version without figures over time");
  if (history === null) throw new RangeError("nothing was measured");
  const keyOf = ({ userClass, method, name, inTotal }: RunRow | HistoryRow) =>
    `${userClass}\n${method}\n${name}\n${inTotal}`;
  const histories = new Map(history.rows.map((row) => [keyOf(row), row]));
  const none = { endMs: [], counts: [], failures: [], meanMs: [], p50Ms: [], p95Ms: [], p99Ms: [] };
  return {
    subject: run.subject,
    rows: rows.map((row) => ({ ...row, history: histories.get(keyOf(row)) ?? { ...row, ...none } })),
    total: { ...total, history: history.total },
    options,
    isOpen: total.service !== null,
  };
}
