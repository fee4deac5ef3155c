// From runs to figures.

import type { Pair, Run, ScenarioResult } from "./scenarios.ts";
import type { Reading } from "./tools/outputs.ts";

/** A line of the table: medians over the runs, `null` if nothing was measured. */
export interface Row {
  readonly label: string;
  readonly ratePerSecond: number | null;
  readonly cpuSecondsPer100k: number | null;
  readonly peakBytes: number | null;
  readonly connections: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Of all runs. */
  readonly failures: number;
  readonly serverLoad: number | null;
  /** What went wrong, and in how many runs. */
  readonly problem: string | null;
}

/** Returns the lines of a scenario's table. */
export function rowsOf(result: ScenarioResult): Row[] {
  return [...result.runs].map(([tool, runs]) => {
    const good = runs.filter((run) => run.reading !== null);
    const middle = (field: keyof Reading | keyof Used) => median(good.map((run) => figure(run, field)));
    const problems = runs.flatMap((run) => run.problem ?? []);
    return {
      label: tool.label,
      ratePerSecond: middle("ratePerSecond"),
      cpuSecondsPer100k: middle("cpuSecondsPer100k"),
      peakBytes: middle("peakBytes"),
      connections: middle("connections"),
      p50Ms: middle("p50Ms"),
      p99Ms: middle("p99Ms"),
      failures: runs.reduce((sum, run) => sum + (run.reading?.failures ?? 0), 0),
      serverLoad: middle("serverLoad"),
      problem: problems.length === 0 ? null : `${problems.length} of ${runs.length} runs: ${problems.at(-1)}`,
    };
  });
}

/** How one of ours compares with a peer. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly pairs: number;
  /** Pairs that were disturbed each time they were measured. */
  readonly noisy: number;
}

/** What is compared. */
export type Field = keyof Reading | keyof Used;
type Used = Pick<Run, "cpuSecondsPer100k" | "peakBytes" | "connections" | "serverLoad">;

/**
 * Returns the median of the ratios of all pairs, ours to the peer's, with their range: of each pair, the mean of the two
 * runs of ours around the peer's counts. `null` without a pair that has both figures.
 */
export function ratio(result: ScenarioResult, peer: string, field: Field): Ratio | null {
  const ratios = result.pairs.filter((pair) => pair.peer === peer).flatMap((pair) => ratioOf(pair, field) ?? []);
  if (ratios.length === 0) return null;
  const noisy = result.pairs.filter((pair) => pair.peer === peer && pair.noise !== null).length;
  return {
    median: median(ratios)!,
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    pairs: ratios.length,
    noisy,
  };
}

function ratioOf({ before, between, after }: Pair, field: Field): number | null {
  const first = figure(before, field);
  const theirs = figure(between, field);
  const second = figure(after, field);
  return first === null || second === null || theirs === null || theirs === 0 ? null : (first + second) / 2 / theirs;
}

function figure(run: Run, field: Field): number | null {
  if (field in run) return run[field as keyof Used];
  return run.reading?.[field as keyof Reading] ?? null;
}

/** Returns the median of what is there, of an even number the mean of the middle two; `null` without any. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
