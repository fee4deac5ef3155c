/**
 * Text about a run beside its tables.
 *
 * @module
 */

import { displayWidth, oneLine } from "../core/text.ts";
import { formatBytes, formatDuration, formatElapsed, formatMs, formatPercent, formatRate } from "../core/units.ts";
import type { RunResult, RunView } from "../stats/run_model.ts";
import type { RunInfo } from "../stats/run_model.ts";
import type { Summary } from "../stats/summary.ts";
import { timesText } from "./row_cells.ts";

function factsLine(result: RunResult): string {
  const { summary, info } = result;
  const facts = [
    formatDuration(Math.round(result.loadMs)),
    result.mostUsers < info.targetUsers
      ? `at most ${result.mostUsers} of ${counted(info.targetUsers, "user")}`
      : counted(info.targetUsers, "user"),
    counted(result.iterations, "iteration"),
    result.interruptedIterations > 0 ? `${counted(result.interruptedIterations, "iteration")} interrupted` : "",
    summary.interruptedRequests > 0 ? `${counted(summary.interruptedRequests, "request")} interrupted` : "",
    summary.total.tail > 0 ? `${counted(summary.total.tail, "request")} started after the stop (not in any rate)` : "",
    summary.total.redirects > 0 ? `${counted(summary.total.redirects, "redirect")} followed` : "",
    summary.total.repeats > 0 ? `${counted(summary.total.repeats, "request")} sent once more` : "",
    result.pausedMs > 0 ? `paused for ${formatDuration(Math.round(result.pausedMs))}` : "",
    `${formatBytes(summary.total.bytesReceived)} received${summary.total.bytesEstimated ? " (estimated)" : ""}`,
    result.seed === null ? "" : `seed ${result.seed}`,
    `ended: ${oneLine(result.reason)}`,
  ];
  return facts.filter((fact) => fact !== "").join(", ");
}

/** Returns the lines under the summary table: facts, load model, connections. */
export function noteLines(result: RunResult): string[] {
  const { summary, warmUp } = result;
  const { service } = summary.total;
  return [
    factsLine(result),
    service === null ? "" : `Service times, from the actual start: ${timesText(service)}`,
    statusesLine(summary),
    protocolsLine(summary),
    arrivalsLine(result),
    summary.capWait === null
      ? ""
      : `Delayed by the cap on requests (not part of any time): ${timesText(summary.capWait)}`,
    warmUp === null
      ? ""
      : `Warm-up: ${formatDuration(warmUp.ms)} with ${counted(warmUp.requests, "request")} left out of all figures`,
    connectionsLine(summary),
    untimedLine(summary),
    samplesLine(result),
  ].filter((line) => line !== "");
}

/** Returns the line about status codes; empty if all responses have the same. */
function statusesLine({ total: { statuses, count, untimed } }: Summary): string {
  const counts = Object.entries(statuses);
  if (counts.length < 2) return "";
  const none = count - untimed - counts.reduce((sum, [, one]) => sum + one, 0);
  const parts = counts.map(([status, one]) => `${status}: ${one}`);
  return `Status codes: ${[...parts, ...(none > 0 ? [`none: ${none}`] : [])].join(", ")}`;
}

/** Returns the line about versions of HTTP; empty if all responses came in the same. */
function protocolsLine({ rows, total }: Summary): string {
  if (total.protocol !== "mixed") return "";
  const parts = ([["1.1", "HTTP/1.1"], ["2", "HTTP/2"], ["mixed", "both"]] as const).map(([protocol, label]) => {
    const names = rows.filter((row) => row.protocol === protocol).map(({ method, name }) =>
      oneLine(`${method} ${name}`)
    );
    return names.length === 0 ? "" : `${label} for ${listed(names)}`;
  });
  return parts.filter((part) => part !== "").join("; ");
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Returns the line about requests without times; empty without any. */
function untimedLine({ rows }: Summary): string {
  const some = rows.filter(({ untimed }) => untimed > 0).map(({ method, name, untimed }) =>
    `${untimed} of ${oneLine(`${method} ${name}`.trim())}`
  );
  return some.length === 0 ? "" : `Without times, because a worker ended before it reported them: ${some.join(", ")}`;
}

/** Returns the line about the file of samples; empty without one. */
function samplesLine({ samples }: RunResult): string {
  if (samples === null) return "";
  const which = samples.ratio < 1 ? `, all failures and ${formatPercent(samples.ratio)} of the successes` : "";
  const dropped = samples.dropped > 0 ? `, ${samples.dropped} dropped` : "";
  return `${counted(samples.written, "sample")} in ${oneLine(samples.file)}${which}${dropped}`;
}

/** Returns the line about the schedule of the open model; empty in the closed model. */
function arrivalsLine({ summary: { arrivals, spanMs }, askedIterations }: RunResult): string {
  if (askedIterations === null) return "";
  const asked = spanMs > 0 ? askedIterations / (spanMs / 1000) : 0;
  const parts = [
    `Iterations asked ${formatRate(asked)} (${askedIterations})`,
    `achieved ${formatRate(arrivals?.ratePerSecond ?? 0)} (${arrivals?.started ?? 0})`,
    `${arrivals?.late ?? 0} late`,
    `${arrivals?.dropped ?? 0} dropped`,
  ];
  if (arrivals !== null) {
    const { meanMs, p99Ms, maxMs } = arrivals.lateness;
    parts.push(`start delay: avg ${formatMs(meanMs)}, p99 ${formatMs(p99Ms)}, max ${formatMs(maxMs)}`);
  }
  return parts.join(", ");
}

/** Returns the line about connections; empty if the transport sees none. */
function connectionsLine({ connections }: Summary): string {
  if (connections.count === 0) return "";
  const phases = connections.phases.map(({ phase, meanMs, p99Ms, maxMs }) =>
    `${phase} avg ${formatMs(meanMs)}, p99 ${formatMs(p99Ms)}, max ${formatMs(maxMs)}`
  );
  const { full, resumed } = connections.handshakes ?? { full: 0, resumed: 0 };
  if (full + resumed > 0) phases.push(`TLS handshakes: ${full} full, ${resumed} resumed`);
  return `${counted(connections.count, "connection")}: ${phases.join("; ")}`;
}

/** Returns the parts of the progress line of a running test. */
export function progressParts(view: RunView, info: RunInfo): string[] {
  const elapsed = formatElapsed(view.elapsedMs);
  const planned = Number.isFinite(info.plannedMs) ? ` / ${formatElapsed(info.plannedMs)}` : "";
  const { overall, interval, stage, askedPerSecond, busiest } = view;
  const parts = [`${elapsed}${planned}`];
  if (view.isPaused) parts.push("paused");
  if (stage !== null) parts.push(`stage ${stage.number}/${stage.count}`);
  if (view.isWarmingUp) parts.push("warming up");
  const { length: machines } = view.machines;
  if (machines > 0) {
    const there = view.machines.filter(({ status }) => status === "running" || status === "ended").length;
    parts.push(there === machines ? counted(machines, "machine") : `${there}/${machines} machines`);
  }
  parts.push(`${view.users}/${view.targetUsers} users`);
  parts.push(`requests ${formatRate(interval.total.ratePerSecond)}`, counted(overall.total.failures, "failure"));
  if (askedPerSecond !== null) {
    const achieved = interval.arrivals?.ratePerSecond ?? 0;
    parts.push(`iterations asked ${formatRate(askedPerSecond)}, achieved ${formatRate(achieved)}`);
    if ((overall.arrivals?.dropped ?? 0) > 0) parts.push(`${overall.arrivals!.dropped} dropped`);
  }
  if (busiest !== null && busiest.busyShare !== null) {
    parts.push(`${busiest.worker} is ${Math.round(Math.min(busiest.busyShare, 1) * 100)}% busy`);
  }
  if (view.stopping !== null) parts.push(`stopping: ${oneLine(view.stopping)}`);
  return parts;
}

/**
 * Arranges parts in lines.
 *
 * @param parts Strings that are not broken; one that is too wide gets its own line
 * @param width Maximum number of columns of a line
 * @param gap Separator between two parts of a line
 */
export function flowed(parts: readonly string[], width: number, gap: string = "  "): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last + gap + part) <= width) {
      lines[lines.length - 1] = last + gap + part;
    } else lines.push(part);
  }
  return lines;
}

/** Returns a number with its noun in the right form: `1 user`, `2 users`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
