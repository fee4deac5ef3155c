/**
 * `--prometheus`: figures for Prometheus to scrape, while a command runs.
 *
 * @module
 */

import { EXIT_CODES, UsageError } from "../../core/errors.ts";
import { nowMs } from "../../core/clock.ts";
import type { ListenAddress } from "../../core/listen_address.ts";
import { isLoopback, parseListenAddress } from "../../core/listen_address.ts";
import { formatDuration } from "../../core/units.ts";
import type { LogLevel } from "../../core/log_level.ts";
import type { RunObserver } from "../../stats/run_model.ts";
import { METRICS_PATH, PrometheusExporter } from "../../telemetry/prometheus/exporter.ts";
import { NAME_SETS, type NameSet } from "../../telemetry/metrics.ts";
import type { ProcessState } from "../process.ts";
import { listenProblem } from "./listen_problem.ts";

/** How long the last scrape is waited for by default, in milliseconds: longer than the usual interval of 15 s. */
const WAIT_MS = 20_000;

/** How figures are served. */
export interface PrometheusSettings {
  /** `[host:]port`. */
  readonly address: string;
  /** Longest wait for the last scrape, in milliseconds. @default {20_000} */
  readonly waitMs?: number;
  /** Which names metrics have. */
  readonly names: string;
}

/**
 * Serves figures while a command runs. After it, waits until those who have scraped have the final figures, too, unless
 * it was interrupted; a stop signal ends the wait.
 *
 * @param run Runs the command with the observer of its runs; returns its exit code
 * @returns That exit code
 * @throws {UsageError} if the address or the names cannot be used; the command is not run then
 */
export async function withPrometheus(
  process: ProcessState,
  { address, waitMs = WAIT_MS, names }: PrometheusSettings,
  log: (level: LogLevel, text: string) => void,
  run: (observer: RunObserver) => Promise<number>,
): Promise<number> {
  const where = parseListenAddress(address);
  const exporter = open(where, nameSet(names));
  try {
    const host = where.host.includes(":") ? `[${where.host}]` : where.host;
    const note = isLoopback(where.host) ? "" : ", to everyone who reaches this address";
    log("info", `Serving metrics at http://${host}:${exporter.port}${METRICS_PATH}${note}`);
    const exitCode = await run(exporter);
    if (exporter.isAwaited && waitMs > 0 && exitCode !== EXIT_CODES.interrupted) {
      log("info", `Waiting up to ${formatDuration(waitMs)} for the last scrape of the final metrics; Ctrl-C skips it`);
      await waitFor(process, exporter, waitMs);
    }
    return exitCode;
  } finally {
    await exporter.close();
  }
}

function nameSet(names: string): NameSet {
  const known = NAME_SETS.find((set) => set === names);
  if (known !== undefined) return known;
  throw new UsageError([`Cannot use --otel-names "${names}": unknown, expected ${NAME_SETS.join(" or ")}`]);
}

function open(address: ListenAddress, names: NameSet): PrometheusExporter {
  try {
    return new PrometheusExporter(address, names, nowMs);
  } catch (error) {
    throw listenProblem("--prometheus", address, error);
  }
}

async function waitFor(process: ProcessState, exporter: PrometheusExporter, waitMs: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, waitMs);
  const dispose = process.onSignal(() => over.resolve());
  await Promise.race([exporter.lastScrape(), over.promise]);
  clearTimeout(timer);
  dispose();
}
