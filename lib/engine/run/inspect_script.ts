/**
 * Inspects a locustfile without running it.
 *
 * @module
 */

import type { ScriptInfo } from "../messages.ts";
import type { RunOptions } from "../options/options.ts";
import { PassCriteria } from "./pass_criteria.ts";
import { WorkerPool } from "./fleet/worker_pool.ts";

/**
 * Imports a locustfile in a worker and describes its exports; calls none of them.
 *
 * @param options Options in force
 * @param onLog Receives what the locustfile logs during its import
 * @throws {ScriptError} if it cannot be run, or a threshold of it cannot be read
 * @throws {UsageError} if the options name a class that the locustfile does not have
 */
export async function inspectScript(options: RunOptions, onLog: (text: string) => void): Promise<ScriptInfo> {
  const pool = new WorkerPool({ ...options, workers: 1 }, {
    onDelta: () => {},
    onSpans: () => {},
    onSamples: () => {},
    onEnded: () => {},
    onShutdown: () => {},
    onFailure: () => {},
    onRequest: () => undefined,
    onLog: (_, text) => onLog(text),
    onPrint: (text) => onLog(text.trimEnd()),
    onDeath: () => {},
    onLoss: () => {},
  });
  try {
    const script = await pool.loaded();
    new PassCriteria([]).addOfScript(script.thresholds);
    return script;
  } finally {
    pool.terminate();
  }
}
