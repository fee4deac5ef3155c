/**
 * The command, from arguments to exit code.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { EXIT_CODES, OutputError, ScriptError, UsageError, WorkerError } from "../core/errors.ts";
import { resolveOptions } from "../engine/options/resolve_options.ts";
import { proxyVariablesSet } from "../http/proxy.ts";
import type { RunnerHooks } from "../engine/run/runner_hooks.ts";
import type { RunOptions } from "../engine/options/options.ts";
import type { LiveScreen } from "../report/reporter.ts";
import { counted } from "../report/summary_text.ts";
import type { RunObserver, RunResult } from "../stats/run_model.ts";
import type { ScriptInfo } from "../engine/messages.ts";
import { checkText } from "./commands/check.ts";
import { completionScript } from "./commands/completions.ts";
import { init } from "./commands/init.ts";
import { greetingText } from "./commands/greeting.ts";
import { type ReportFlags, STDOUT } from "./flags.ts";
import { findLocustfile } from "./find_locustfile.ts";
import { helpText } from "./commands/help.ts";
import { SUBCOMMAND_HELP } from "./commands/subcommands.ts";
import { type KeyTarget, LiveKeys } from "./terminal/live_keys.ts";
import type { TypeCheck } from "./commands/type_check.ts";
import { versionLine } from "./commands/version_line.ts";
import { logLines } from "./terminal/log_lines.ts";
import type { OutputStream } from "./terminal/output_stream.ts";
import { checkOpenFiles } from "./open_files.ts";
import { type Command, parseCommandLine } from "./parse.ts";
import { isColored, type ProcessState, type StopSignal } from "./process.ts";

/**
 * The same signal again within this time, in milliseconds, counts once: a launcher such as `npx` forwards a Ctrl-C that
 * the terminal has already sent to every process, about a millisecond later.
 */
const ECHO_MS = 100;

/** The part of a runner that the command uses. */
export interface RunnerLike extends KeyTarget {
  /** Runs the test to completion. */
  run(): Promise<RunResult>;
  /** Starts no more iterations and lets running ones end. */
  stop(reason: string): void;
  /** Ends everything immediately; {@linkcode RunnerLike.run} still returns partial results. */
  interrupt(): void;
}

/** Parts of the command that tests replace. */
export interface AppParts {
  /** Creates the runner. */
  createRunner(options: RunOptions, hooks: Required<RunnerHooks>): RunnerLike;
  /** Returns the contents of a locustfile without running it. */
  inspectScript(options: RunOptions, onLog: (text: string) => void): Promise<ScriptInfo>;
  /** Checks the types of a locustfile. */
  checkTypes(path: string): Promise<TypeCheck>;
  /**
   * Creates the reporters.
   *
   * @throws {UsageError} if a report cannot be written
   */
  createReporters(process: ProcessState, reports: ReportFlags): Promise<Reporters>;
}

/** The reporters of a run. */
export interface Reporters {
  /** Observers of the run. */
  readonly observers: readonly RunObserver[];
  /** The live table, if there is one. */
  readonly screen?: LiveScreen;
}

/**
 * Executes the command line. Does not end the process.
 *
 * @param process The process
 * @param parts Create runner and reporters
 * @returns The exit code
 */
export async function runApp(process: ProcessState, parts: AppParts): Promise<number> {
  try {
    const command = parseCommandLine(process.args, process.env);
    switch (command.kind) {
      case "help":
        process.stdout.write(
          command.command === null
            ? helpText(undefined, { isColored: isColored(process, process.stdout) })
            : SUBCOMMAND_HELP[command.command],
        );
        return EXIT_CODES.completed;
      case "version":
        process.stdout.write(`${versionLine()}\n`);
        return EXIT_CODES.completed;
      case "init":
        return await init(process, command.withDeno);
      case "completions":
        process.stdout.write(completionScript(command.shell));
        return EXIT_CODES.completed;
      case "run":
      case "check": {
        const options = await findOptions(process, command);
        if (options === null) return greet(process);
        const log = logLines(process, options.logLevel);
        for (const warning of command.warnings) log("warning", warning);
        const variables = options.proxy === null ? proxyVariablesSet((name) => process.env.get(name)) : [];
        if (variables.length > 0) {
          log("info", `${variables.join(", ")} set, but no request goes through a proxy: --proxy env uses them`);
        }
        if (command.kind === "check") return await check(process, parts, options);
        return await load(process, parts, options, command.reports);
      }
    }
  } catch (error) {
    return report(process, error);
  }
}

/** Returns the resolved options, or `null` if there is nothing to run. */
async function findOptions(
  process: ProcessState,
  { options, labelOf }: Extract<Command, { labelOf: unknown }>,
): Promise<RunOptions | null> {
  if (options.url !== undefined) return resolveOptions(options, labelOf);
  const { locustfile: given } = options;
  const locustfile = await findLocustfile(process, given === undefined ? undefined : String(given));
  return locustfile === null ? null : resolveOptions({ ...options, locustfile }, labelOf);
}

function greet(process: ProcessState): number {
  process.stdout.write(greetingText());
  return EXIT_CODES.scriptError;
}

async function check(process: ProcessState, parts: AppParts, options: RunOptions): Promise<number> {
  const info = await parts.inspectScript(options, (text) => process.stderr.write(`${text}\n`));
  const path = options.url ?? fileURLToPath(options.locustfile!);
  const types = options.url === null ? await parts.checkTypes(path) : null;
  if (types?.kind === "failed") {
    throw new ScriptError(`Cannot use "${path}": ${counted(types.count, "type error")}\n${types.text}`);
  }
  process.stdout.write(checkText(path, info, types));
  return EXIT_CODES.completed;
}

/** Runs the load. The first stop request stops it, another one interrupts it; a closed stdout stops it, too. */
async function load(
  process: ProcessState,
  parts: AppParts,
  options: RunOptions,
  reports: ReportFlags,
): Promise<number> {
  const openFiles = process.raiseOpenFiles();
  const { observers, screen } = await parts.createReporters(process, reports);
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
      runner.stop(wish === "q" ? "q pressed" : `got ${wish}`);
    } else if (wish !== "SIGHUP" && (wish !== first.wish || atMs - first.atMs >= ECHO_MS)) {
      runner.interrupt();
    }
    screen?.redraw(runner.state);
  };
  const keys = screen !== undefined && process.stdin.isTerminal
    ? new LiveKeys(process.stdin, screen, () => runner, end)
    : null;
  const log = logLines(process, options.logLevel, writeError);
  const runner = parts.createRunner(options, {
    observers: keys === null ? observers : [...observers, keys],
    log,
    print: (text, isError) => isError || isStdoutTaken ? writeError(text) : writeOutput(text),
    checkUsers: (users) => checkOpenFiles(users, openFiles),
  });
  const dispose = process.onSignal(end);
  process.stdout.onClosed(() => runner.stop("stdout was closed"));
  try {
    return (await runner.run()).exitCode;
  } finally {
    keys?.close();
    screen?.leave();
    dispose();
  }
}

/** Prints an error to stderr and returns the exit code. */
function report({ stderr }: ProcessState, error: unknown): number {
  const lines = (texts: readonly string[]) => stderr.write(texts.map((text) => `${text}\n`).join(""));
  if (error instanceof UsageError) {
    lines([...error.problems, ...hintLines(error.hint), `Try "locust --help".`]);
    return EXIT_CODES.usage;
  }
  if (error instanceof ScriptError) lines([error.message, ...hintLines(error.hint)]);
  else if (error instanceof WorkerError || error instanceof OutputError) lines([error.message]);
  else lines(["Unexpected error, please report it:", stackOf(error)]);
  return EXIT_CODES.scriptError;
}

function hintLines(hint: string | undefined): string[] {
  return hint === undefined ? [] : [`hint: ${hint}`];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? Deno.inspect(error, { colors: false }) : `Thrown: ${Deno.inspect(error)}`;
}
