/**
 * What is said about a run beside its tables.
 *
 * @module
 */

import { formatBytes, formatDuration, formatElapsed, formatRate } from "../core/units.ts";
import type { RunResult, RunView } from "../stats/run_model.ts";
import type { RunInfo } from "../stats/run_model.ts";

/** Returns the line of facts under the summary table. */
export function factsLine(result: RunResult): string {
  const { summary, info } = result;
  const facts = [
    formatDuration(Math.round(result.loadMs)),
    counted(info.targetUsers, "user"),
    counted(result.iterations, "iteration"),
    result.interruptedIterations > 0 ? `${counted(result.interruptedIterations, "iteration")} interrupted` : "",
    summary.interruptedRequests > 0 ? `${counted(summary.interruptedRequests, "request")} interrupted` : "",
    summary.total.redirects > 0 ? `${counted(summary.total.redirects, "redirect")} followed` : "",
    summary.reconnects > 0 ? counted(summary.reconnects, "reconnect") : "",
    `${formatBytes(summary.total.bytesReceived)} received`,
    `ended: ${result.reason}`,
  ];
  return facts.filter((fact) => fact !== "").join(", ");
}

/** Returns the progress line of a running test. */
export function progressLine(view: RunView, info: RunInfo): string {
  const elapsed = formatElapsed(view.elapsedMs);
  const planned = Number.isFinite(info.plannedMs) ? ` / ${formatElapsed(info.plannedMs)}` : "";
  const { total } = view.overall;
  const parts = [
    `${elapsed}${planned}`,
    `${view.users}/${view.targetUsers} users`,
    formatRate(view.interval.total.ratePerSecond),
    counted(total.failures, "failure"),
  ];
  if (view.stopping !== null) parts.push(`stopping: ${view.stopping}`);
  return parts.join("  ");
}

/** Returns a number with its noun in the right form: `1 user`, `2 users`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
