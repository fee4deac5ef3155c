/**
 * What one agent measured, for a run whose coordinator is gone.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { EXIT_CODES } from "../../core/errors.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { WorkerPool } from "../../engine/run/fleet/worker_pool.ts";
import { runInfo } from "../../engine/run/run_outcome.ts";
import { jsonText, summaryJson } from "../../report/json/summary_json.ts";
import { summarize } from "../../stats/summary.ts";
import type { Totals } from "../../stats/totals.ts";
import { fileNamePart } from "../../core/agent_name.ts";

/** Which agent it is. */
export interface AgentIdentity {
  /** Its id. */
  readonly agent: string;
  /** How it is called; other agents may have the same name. */
  readonly name: string;
}

/** An agent's part of a run. */
export interface OwnPart {
  readonly options: RunOptions;
  readonly pool: WorkerPool;
  /** What its workers have measured, without the warm-up. */
  readonly totals: Totals;
  /** When the load began and was to end, on `nowMs`' clock. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Writes the part as the JSON of a run into the working folder.
 *
 * @param run The run's id
 * @param name The agent's name: several agents may have one working folder
 * @param agent The agent's id, for those that have one name, too
 * @returns The file's name
 */
export async function writeOwnResult(run: string, { name, agent }: AgentIdentity, part: OwnPart): Promise<string> {
  const text = ownResultText(part);
  const base = `locust-${run}-${fileNamePart(name)}`;
  try {
    await Deno.writeTextFile(`${base}.json`, text, { createNew: true });
    return `${base}.json`;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    await Deno.writeTextFile(`${base}-${agent}.json`, text);
    return `${base}-${agent}.json`;
  }
}

function ownResultText({ options, pool, totals, startMs, endMs }: OwnPart): string {
  const loadMs = Math.max(0, nowMs() - startMs);
  const plan = { mostUsers: pool.mostUsers, plannedMs: endMs - startMs };
  return jsonText(summaryJson({
    info: { ...runInfo(options, plan, pool.size), startedAt: new Date(Date.now() - loadMs) },
    endedAt: new Date(),
    ...{
      loadMs,
      reason: "the coordinator was lost",
      summary: summarize(totals, Math.max(0, loadMs - options.warmUpMs)),
    },
    ...{
      warmUp: null,
      pausedMs: 0,
      askedIterations: null,
      keptFailures: totals.keptFailures?.all ?? [],
      samples: null,
      machines: [],
      spans: null,
    },
    iterations: pool.iterations,
    mostUsers: pool.mostUsers,
    interruptedIterations: pool.interruptedIterations,
    seed: pool.taskSeed,
    counters: pool.counters,
    warnings: pool.saturation.overall(),
    problems: ["The coordinator was lost: this is what one agent measured, the results of the run are not whole"],
    thresholds: [],
    exitCode: EXIT_CODES.scriptError,
  }));
}
