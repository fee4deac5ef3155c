/**
 * The command, from arguments to exit code.
 *
 * @module
 */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT_CODES, OutputError, ScriptError, UsageError, WorkerError } from "../core/errors.ts";
import { resolveOptions } from "../engine/options/resolve_options.ts";
import { proxyVariablesSet } from "../http/proxy.ts";
import type { RunOptions } from "../engine/options/options.ts";
import { counted } from "../report/summary_text.ts";
import { RunSession } from "../engine/run/run_session.ts";
import { findLocustfile } from "./find_locustfile.ts";
import { versionLine } from "./commands/version_line.ts";
import { logLines } from "./terminal/log_lines.ts";
import { load, type RunPlan } from "./load.ts";
import { telemetrySettings, withSampler } from "./telemetry.ts";
import { checkOutputPaths } from "./reporters.ts";
import { type Command, parseCommandLine } from "./parse.ts";
import type { AppParts } from "./parts.ts";
import { isColored, type ProcessState } from "./process.ts";
import type { RunObserver } from "../stats/run_model.ts";

/** A command line that runs something. */
type RunCommand = Extract<Command, { labelOf: unknown }>;

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
        process.stdout.write(await helpFor(command.command, isColored(process, process.stdout)));
        return EXIT_CODES.completed;
      case "version":
        process.stdout.write(`${versionLine()}\n`);
        return EXIT_CODES.completed;
      case "init":
        return await (await import("./commands/init.ts")).init(process, command.withDeno);
      case "compare": {
        const { compare } = await import("./commands/compare.ts");
        return await compare(process, command.files, command.tolerance);
      }
      case "completions": {
        const { completionScript } = await import("./commands/completions.ts");
        process.stdout.write(completionScript(command.shell));
        return EXIT_CODES.completed;
      }
      case "agent": {
        const { agent } = await import("./commands/agent.ts");
        return await agent(process, command);
      }
      case "import": {
        const { importTo } = await import("./commands/import.ts");
        return await importTo(process, command);
      }
      case "record": {
        const { record } = await import("./commands/record.ts");
        return await record(process, command);
      }
      case "run":
      case "debug":
      case "check": {
        const warnings = [...command.warnings];
        const options = await findOptions(process, command, (text) => warnings.push(text));
        if (options === null) return await greet(process);
        const log = logLines(process, options.logLevel);
        for (const warning of warnings) log("warning", warning);
        const variables = options.proxy === null ? proxyVariablesSet((name) => process.env.get(name)) : [];
        if (variables.length > 0) {
          log("info", `${variables.join(", ")} set, but no request goes through a proxy: --proxy env uses them`);
        }
        if (command.kind === "debug") {
          const { debug } = await import("./commands/debug.ts");
          return await debug(process, parts, options, command);
        }
        if (command.kind === "check") return await check(process, parts, options);
        await checkOutputPaths(process, command.reports, inputsOf(process, options, command.options.config));
        const { reports, telemetry: { flags: { otelNames: names = "standard" } } } = command;
        const isTracing = (options.traceRatio ?? 0) > 0 && !options.traceparent;
        const warn = (text: string) => log("warning", text);
        const isServed = reports.prometheus !== undefined;
        const telemetry = await telemetrySettings(process, command.telemetry, isTracing, warn, isServed);
        const start = (observers: readonly RunObserver[]) =>
          startRun(process, parts, command, { resolved: options, outputs: { reports, telemetry, observers } });
        const { prometheus: address, prometheusWaitMs: waitMs } = reports;
        if (address === undefined) return await start([]);
        const { withPrometheus } = await import("./network/prometheus.ts");
        const settings = { address, names, ...(waitMs === undefined ? {} : { waitMs }) };
        return await withPrometheus(process, settings, log, (observer) => start([observer]));
      }
    }
  } catch (error) {
    return report(process, error);
  }
}

/** Returns the help on a command, or on the tool if `null`. */
async function helpFor(command: Extract<Command, { kind: "help" }>["command"], isColored: boolean): Promise<string> {
  if (command === null) return (await import("./commands/help.ts")).helpText(undefined, { isColored });
  return (await import("./commands/subcommands.ts")).SUBCOMMAND_HELP[command];
}

/** Runs the load, serves the page, or runs the load on several machines; returns the exit code. */
async function startRun(
  process: ProcessState,
  parts: AppParts,
  command: RunCommand,
  { resolved, outputs }: RunPlan,
): Promise<number> {
  if (command.web.web !== undefined) {
    const { serveWeb } = await import("./network/web.ts");
    return await serveWeb(process, parts, { ...command, resolved, outputs });
  }
  if (command.cluster.machines !== undefined) {
    const { runOnMachines } = await import("./network/machines.ts");
    return await runOnMachines(process, parts, { ...command, resolved, outputs });
  }
  return (await load(process, parts, new RunSession(parts.createRunner), resolved, outputs)).exitCode;
}

/** Returns the resolved options, or `null` if there is nothing to run. */
async function findOptions(
  process: ProcessState,
  { kind, options: given, labelOf, reports, web, cluster }: RunCommand,
  warn: (text: string) => void,
): Promise<RunOptions | null> {
  const ofKind = kind === "debug" ? (await import("./commands/debug.ts")).oneUser(given) : given;
  const options = await withSampler(process, ofKind, warn);
  if (options.url !== undefined) return resolveOptions(options, labelOf);
  const { locustfile: path } = options;
  const isAlone = kind === "run" && web.web === undefined && cluster.machines === undefined;
  const isReported = isAlone && (reports.json ?? reports.junit ?? reports.gitlab) !== undefined;
  const locustfile = await findLocustfile(process, path === undefined ? undefined : String(path), isReported);
  return locustfile === null ? null : resolveOptions({ ...options, locustfile }, labelOf);
}

/** Returns the absolute paths of files that a run reads. */
function inputsOf({ cwd }: ProcessState, { locustfile }: RunOptions, config: unknown): string[] {
  return [
    ...(locustfile === null ? [] : [fileURLToPath(locustfile)]),
    ...(typeof config === "string" && !config.trimStart().startsWith("{") ? [resolve(cwd, config)] : []),
  ];
}

async function greet(process: ProcessState): Promise<number> {
  const { greetingText } = await import("./commands/greeting.ts");
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
  const { checkText } = await import("./commands/check.ts");
  process.stdout.write(checkText(path, info, types, options));
  return EXIT_CODES.completed;
}

/** Prints an error to stderr and returns the exit code. */
function report({ stderr, args }: ProcessState, error: unknown): number {
  const lines = (texts: readonly string[]) => stderr.write(texts.map((text) => `${text}\n`).join(""));
  if (error instanceof UsageError) {
    lines([
      ...error.problems,
      ...hintLines(error.hint),
      `Try "locust ${args[0] === "agent" ? "help agent" : "--help"}".`,
    ]);
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
