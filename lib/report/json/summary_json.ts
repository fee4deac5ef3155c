/**
 * The result of a run as plain data, as described by `summary.schema.json`.
 *
 * @module
 */

import { VERSION } from "../../core/version.ts";
import type { RunResult } from "../../stats/run_model.ts";
import type { RowSummary } from "../../stats/summary.ts";
import type { MeasureSummary } from "../../stats/values/measures.ts";
import type { RunHistory } from "./row_histories.ts";
import { DEFAULT_PERCENTILES, percentilesMs } from "../percentiles.ts";

/** Version of the schema; the first number changes when readers of the previous version could fail. */
export const SCHEMA_VERSION = "2.3";

/**
 * Returns the result as plain data; times are in milliseconds, sizes in bytes, rates per second.
 *
 * @param percentiles Percentiles of each row, 0–100 in ascending order
 * @param history The figures over time, if they were collected
 */
export function summaryJson(
  result: RunResult,
  percentiles: readonly number[] = DEFAULT_PERCENTILES,
  history: RunHistory | null = null,
): Record<string, unknown> {
  const rowJson = (row: RowSummary) => {
    const times = percentilesMs(row, percentiles);
    const named = Object.fromEntries(percentiles.map((percentile, index) => [String(percentile), times[index]]));
    return { ...withBuckets(row), percentiles: named };
  };
  const { info, summary, endedAt, ...rest } = result;
  return {
    schemaVersion: SCHEMA_VERSION,
    versions: { locust: VERSION, deno: Deno.version.deno, v8: Deno.version.v8, target: Deno.build.target },
    run: {
      subject: info.subject,
      startedAt: info.startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      loadMs: rest.loadMs,
      plannedMs: Number.isFinite(info.plannedMs) ? info.plannedMs : null,
      targetUsers: info.targetUsers,
      mostUsers: rest.mostUsers,
      workers: info.workers,
      reason: rest.reason,
      warmUpMs: rest.warmUp?.ms ?? 0,
      warmUpRequests: rest.warmUp?.requests ?? 0,
      pausedMs: rest.pausedMs,
      askedIterations: rest.askedIterations,
      iterations: rest.iterations,
      interruptedIterations: rest.interruptedIterations,
      interruptedRequests: summary.interruptedRequests,
      repeats: summary.total.repeats,
      warnings: rest.warnings,
      problems: rest.problems,
      seed: rest.seed,
      spans: rest.spans,
      exitCode: rest.exitCode,
    },
    total: rowJson(summary.total),
    rows: summary.rows.map(rowJson),
    errors: summary.errors.map((error) => ({
      ...error,
      firstAt: error.firstAt.toISOString(),
      lastAt: error.lastAt.toISOString(),
    })),
    connections: summary.connections,
    arrivals: summary.arrivals,
    capWait: summary.capWait,
    checks: summary.checks,
    measures: summary.measures.map(withBuckets),
    counters: rest.counters,
    keptFailures: rest.keptFailures.map(({ atMs, ...failure }) => ({ at: new Date(atMs).toISOString(), ...failure })),
    machines: rest.machines.map((machine) => ({
      ...machine,
      roundTripMs: machine.roundTripMs === null ? null : toMicros(machine.roundTripMs),
      clockOffsetMs: toMicros(machine.clockOffsetMs),
      clockDriftMs: toMicros(machine.clockDriftMs),
    })),
    samples: rest.samples,
    thresholds: rest.thresholds,
    options: info.options,
    history,
  };
}

/** Returns a time in milliseconds without digits below a microsecond. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function withBuckets({ histogram, ...figures }: RowSummary | MeasureSummary): Record<string, unknown> {
  return { ...figures, histogram: [...histogram.buckets()] };
}

/** Returns the document as a file: figures over time in one line, everything else indented. */
export function jsonText({ history, ...document }: Record<string, unknown>): string {
  return `${JSON.stringify(document, null, 2).slice(0, -2)},\n  "history": ${JSON.stringify(history ?? null)}\n}\n`;
}
