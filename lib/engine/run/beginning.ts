/**
 * What the main thread does between the import of the locustfile and the load.
 *
 * @module
 */

import { formatBytes } from "../../core/units.ts";
import type { ClassInfo, ScriptInfo } from "../messages.ts";
import type { RunOptions } from "../options/options.ts";
import { isLarge, type PackedData } from "../packed_data.ts";
import { LoadPlan } from "./plan/load_plan.ts";
import type { RunLog } from "./run_log.ts";
import { chosenLoad } from "./plan/scenarios.ts";
import type { Fleet } from "./fleet/fleet.ts";

/** Most classes that a warning names. */
const MAX_NAMED = 5;

/**
 * Waits until every worker has imported the locustfile; logs that after a second.
 *
 * @throws {ScriptError} if it cannot be run
 * @throws {WorkerError} if a worker dies meanwhile
 */
export function imported(pool: Fleet, { url }: RunOptions, log: RunLog): Promise<ScriptInfo> {
  return log.waitingFor(url === null ? "the import of the locustfile" : "the workers", pool.loaded());
}

/**
 * Returns the plan of a run whose locustfile is known, and logs what differs from what was asked for.
 *
 * @throws {ScriptError} if options and locustfile contradict each other
 */
export function planLoad(options: RunOptions, { classes, hooks, notes }: ScriptInfo, log: RunLog): LoadPlan {
  const chosen = chosenLoad(options, classes, hooks.includes("control"));
  log.writeAll("info", [...chosen.notes, ...notes]);
  log.writeAll("warning", chosen.warnings);
  for (const { level, text } of replacedHosts(options, classes)) log.write(level, text);
  return new LoadPlan(chosen.scenarios);
}

/** What is worth a line about a `static host`, and how much. */
export interface HostNotice {
  readonly level: "info" | "warning";
  readonly text: string;
}

/**
 * Returns which classes have a `static host` that `--host` replaces: at most one notice, a warning if that sends classes
 * of different hosts to the same one.
 */
export function replacedHosts({ host }: Pick<RunOptions, "host">, classes: readonly ClassInfo[]): HostNotice[] {
  const own = host === null ? [] : classes.filter((one) => (one.host ?? host) !== host);
  if (own.length === 0) return [];
  const names = own.slice(0, MAX_NAMED).map(({ name }) => name);
  if (own.length > MAX_NAMED) names.push(`${own.length - MAX_NAMED} more`);
  const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const areDifferent = new Set(classes.map((one) => one.host)).size > 1;
  return [{
    level: areDifferent ? "warning" : "info",
    text: `--host replaces static host of ${listed}${areDifferent ? "; not all classes have the same one" : ""}`,
  }];
}

/**
 * Prepares all workers, so that the clock starts when the users can.
 *
 * @param data What `setup` returned
 * @throws {ScriptError} if a class cannot be used
 * @throws {WorkerError} if a worker dies meanwhile
 */
export async function makeReady(pool: Fleet, data: PackedData, plan: LoadPlan, log: RunLog): Promise<void> {
  if (isLarge(data)) log.write("warning", largeDataText(data.bytes.byteLength, pool.size));
  await log.waitingFor("the workers to take what setup() returned", pool.prepare(data, plan.classes));
}

function largeDataText(bytes: number, workers: number): string {
  const who = workers === 1 ? "the worker parses it and keeps" : `each of ${workers} workers parses it and keeps`;
  return `setup() returned ${formatBytes(bytes)} of data: ${who} a copy\n` +
    "hint: For large test data use shared.rows(name, file), which all workers share.";
}
