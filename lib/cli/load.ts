/**
 * A run on the terminal of this process: its screen, its keys, its signals.
 *
 * @module
 */

import { OutputError } from "../core/errors.ts";
import type { LogLevel } from "../core/log_level.ts";
import type { RunOptions } from "../engine/options/options.ts";
import type { ShownRunHooks } from "../engine/run/runner_hooks.ts";
import type { RunSession } from "../engine/run/run_session.ts";
import type { RunObserver, RunResult } from "../stats/run_model.ts";
import { type ReportFlags, STDOUT } from "./flags/flags.ts";
import { checkOpenFiles } from "./open_files.ts";
import type { AppParts } from "./parts.ts";
import type { ProcessState, StopSignal } from "./process.ts";
import { LiveKeys } from "./terminal/live_keys.ts";
import { logLines } from "./terminal/log_lines.ts";
import type { TelemetrySettings } from "../telemetry/settings/settings.ts";
import { openTelemetry } from "./telemetry.ts";
import type { OutputStream } from "./terminal/output_stream.ts";

/**
 * The same signal again within this time, in milliseconds, counts once: a launcher such as `npx` forwards a Ctrl-C that
 * the terminal has already sent to every process, about a millisecond later.
 */
const ECHO_MS = 100;

/** Where the figures of a run go: reports, and what is exported, if anything. */
export interface LoadOutputs {
  readonly reports: ReportFlags;
  readonly telemetry: TelemetrySettings | null;
  /** Whoever else takes them. */
  readonly observers: readonly RunObserver[];
}

/** A run that may begin: its options, and where its figures go. */
export interface RunPlan {
  readonly resolved: RunOptions;
  readonly outputs: LoadOutputs;
}

/** Who watches a run beside the command's own reporters. */
export interface LoadWatch {
  readonly observers?: readonly RunObserver[];
  /** Takes the log, too. */
  readonly onLog?: (level: LogLevel, text: string) => void;
  /** Called at each wish to end that is not the key `q`. */
  readonly onSignal?: () => void;
}

/**
 * Runs the load on this process's terminal. The first stop request stops it, another one interrupts it; a closed stdout
 * stops it, too.
 *
 * @throws {UsageError} if a report cannot be written
 */
export async function load(
  process: ProcessState,
  parts: AppParts,
  session: RunSession,
  options: RunOptions,
  { reports, telemetry: settings, observers: others }: LoadOutputs,
  watch: LoadWatch = {},
): Promise<RunResult> {
  const openFiles = process.raiseOpenFiles();
  const { observers, screen, baseline, samples } = await parts.createReporters(process, reports);
  baseline?.check({ ...options });
  const watchers = [...others, ...watch.observers ?? []].map((one) => baseline?.around(one) ?? one);
  const writeTo = (stream: OutputStream) => (text: string) =>
    stream.isTerminal && screen !== undefined ? screen.writeAbove(text) : stream.write(text);
  const [writeError, writeOutput] = [writeTo(process.stderr), writeTo(process.stdout)];
  const isStdoutTaken = reports.json === STDOUT;
  let first: { readonly wish: StopSignal | "q"; readonly atMs: number } | null = null;
  const end = (wish: StopSignal | "q") => {
    const atMs = process.nowMs();
    if (first === null) {
      first = { wish, atMs };
      keys?.showEnding();
      session.end(wish === "q" ? "q pressed" : `got ${wish}`);
    } else if (wish !== "SIGHUP" && (wish !== first.wish || atMs - first.atMs >= ECHO_MS)) {
      session.end("interrupted");
    }
    if (wish !== "q") watch.onSignal?.();
    if (session.controls !== null) screen?.redraw(session.controls.state);
  };
  const keys = screen !== undefined && process.stdin.isTerminal
    ? new LiveKeys(process.stdin, screen, () => session.controls!, end)
    : null;
  const writeLog = logLines(process, options.logLevel, writeError);
  const print = isStdoutTaken ? writeError : writeOutput;
  const telemetry = settings === null ? null : await openTelemetry(process, settings, options, print, writeLog);
  let broken: OutputError | null = null;
  const hooks: ShownRunHooks = {
    // Telemetry comes last: the results are there before its last exports are waited for.
    observers: [
      ...[...observers, ...(keys === null ? [] : [keys]), ...watchers],
      ...(telemetry === null ? [] : [telemetry]),
    ],
    log: (level, text, span) => {
      writeLog(level, text);
      telemetry?.log(level, text, span ?? null);
      watch.onLog?.(level, text);
    },
    print: (text, isError) => {
      try {
        if (isError) writeError(text);
        else print(text);
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        broken ??= error; // thrown after the run: nobody catches it here
        session.controls?.stop(error.message);
      }
    },
    checkUsers: (users) => checkOpenFiles(users, openFiles),
    samples,
  };
  const dispose = process.onSignal(end);
  process.stdout.onClosed(() => session.controls?.stop("stdout was closed"));
  try {
    const result = await session.run(options, hooks);
    if (broken !== null) throw broken;
    return baseline?.judged(result) ?? result;
  } finally {
    keys?.close();
    screen?.leave();
    dispose();
  }
}
