// From runs to figures.

import type { Reading } from "./tools/outputs.ts";
import type { Run, ScenarioResult, ToolRuns } from "./scenarios.ts";

/** A line of the table: medians over the rounds, `null` if nothing was measured. */
export interface Row {
  readonly label: string;
  readonly ratePerSecond: number | null;
  readonly ratioToWrk: number | null;
  readonly cpuSecondsPer100k: number | null;
  readonly peakBytes: number | null;
  readonly connections: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Of all rounds. */
  readonly failures: number;
  readonly serverLoad: number | null;
  /** What went wrong, and in how many rounds. */
  readonly problem: string | null;
}

/** Returns the lines of a scenario's table. */
export function rowsOf(result: ScenarioResult): Row[] {
  return result.tools.map(({ tool, runs }) => {
    const good = runs.filter((run) => run.reading !== null);
    const reading = (field: keyof Reading) => median(good.map((run) => run.reading![field]));
    const used = (field: "connections" | "cpuSecondsPer100k" | "peakBytes" | "serverLoad") =>
      median(good.map((run) => run[field]));
    const problems = runs.flatMap((run) => run.problem ?? []);
    return {
      label: tool.label,
      ratePerSecond: reading("ratePerSecond"),
      ratioToWrk: ratio(result, tool.name, "wrk", "ratePerSecond"),
      cpuSecondsPer100k: used("cpuSecondsPer100k"),
      peakBytes: used("peakBytes"),
      connections: used("connections"),
      p50Ms: reading("p50Ms"),
      p99Ms: reading("p99Ms"),
      failures: runs.reduce((sum, run) => sum + (run.reading?.failures ?? 0), 0),
      serverLoad: used("serverLoad"),
      problem: problems.length === 0 ? null : `${problems.length} of ${runs.length} rounds: ${problems.at(-1)}`,
    };
  });
}

/**
 * Returns how a tool compares to another: the median of the ratios of each round, since what changes on the machine from
 * round to round then changes both.
 */
export function ratio(result: ScenarioResult, name: string, other: string, field: keyof Reading): number | null {
  const [ours, theirs] = [name, other].map((one) => result.tools.find(({ tool }) => tool.name === one)) as [
    ToolRuns?,
    ToolRuns?,
  ];
  if (ours === undefined || theirs === undefined) return null;
  const value = (run: Run | undefined) => run?.reading?.[field] ?? null;
  return median(ours.runs.map((run, round) => {
    const [one, two] = [value(run), value(theirs.runs[round])];
    return one === null || two === null || two === 0 ? null : one / two;
  }));
}

/** Returns the median of what is there, of an even number the mean of the middle two; `null` without any. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
