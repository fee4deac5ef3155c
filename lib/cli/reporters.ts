/**
 * Creates the reporters that the flags and the environment ask for.
 *
 * @module
 */

import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Baseline } from "../report/compare/baseline.ts";
import { checkWritable, writeResult } from "../report/output_file.ts";
import { ResultReporter } from "../report/result_reporter.ts";
import { TableReporter } from "../report/terminal/table_reporter.ts";
import type { RunObserver } from "../stats/run_model.ts";
import { type ReportFlags, STDOUT } from "./flags/flags.ts";
import { canMoveCursor, isColored, type ProcessState } from "./process.ts";
import { jobSummary } from "./job_summary.ts";
import type { Reporters } from "./parts.ts";

/** How reports of a whole result are written, by flag. */
const RENDERERS = {
  junit: async () => (await import("../report/ci/junit.ts")).junitXml,
  gitlab: async () => (await import("../report/ci/gitlab.ts")).gitlabJson,
};

/**
 * Creates the reporters of a run.
 *
 * @throws {UsageError} if files cannot be written; lists all of them
 */
export async function createReporters(process: ProcessState, flags: ReportFlags): Promise<Reporters> {
  const { stdout } = process;
  const samples = flags.samples === undefined
    ? undefined
    : new (await import("../report/samples/sample_file.ts")).SampleFile(
      resolve(process.cwd, flags.samples),
      flags.sampleRatio ?? 1,
    );
  const plain = await fileReporters(process, flags, await problemsOf(samples?.check("--samples")));
  const baseline = await baselineOf(process, flags);
  const files = baseline === null ? plain : [...plain.map((one) => baseline.around(one)), baseline];
  const others = { ...(baseline === null ? {} : { baseline }), ...(samples === undefined ? {} : { samples }) };
  if (flags.quiet || flags.json === STDOUT) return { observers: files, ...others };
  const isScreen = stdout.isTerminal && canMoveCursor(process);
  const table = new TableReporter({
    write: (text) => stdout.write(text),
    isTerminal: isScreen,
    hasColor: isColored(process, stdout),
    isForeground: () => process.isForeground(),
    // Without a terminal the width is unlimited, so names are not shortened.
    size: () => stdout.isTerminal ? stdout.size() : { columns: Infinity, rows: Infinity },
  }, { everyMs: flags.everyMs, isSummaryOnly: flags.summaryOnly ?? false, percentiles: flags.percentiles });
  return { observers: [table, ...files], ...others, ...(isScreen && !flags.summaryOnly ? { screen: table } : {}) };
}

/**
 * Checks that no output file overwrites a file that the run reads, or another output file.
 *
 * @param inputs Absolute paths of the files that the run reads
 * @throws {UsageError} if one does; lists all of them
 */
export async function checkOutputPaths(
  { cwd }: ProcessState,
  flags: ReportFlags,
  inputs: readonly string[],
): Promise<void> {
  const users = new Map<string, string>();
  for (const path of inputs) users.set(await realPath(path), "the run reads");
  const problems: string[] = [];
  const add = async (label: string, given: string, file: string) => {
    const path = await realPath(resolve(cwd, file));
    const user = users.get(path);
    const what = file === given ? "this file" : `"${file}"`;
    if (user !== undefined) problems.push(`Cannot use ${label} "${given}": ${user} ${what}, expected another`);
    else if (!path.startsWith("/dev/")) users.set(path, `${label} writes`);
  };
  for (const key of ["htmlReport", "json", "junit", "gitlab", "samples"] as const) {
    const [given, label] = [flags[key], key === "htmlReport" ? "--html-report" : `--${key}`];
    if (given === undefined || (key === "json" && given === STDOUT)) continue;
    if (given === STDOUT) {
      problems.push(`Cannot use ${label} "-": only --json can write to stdout, expected the path of a file`);
      continue;
    }
    await add(label, given, given);
  }
  const { csv } = flags;
  if (csv !== undefined) {
    const { CSV_FILES } = await import("../report/csv/csv_reporter.ts");
    for (const end of CSV_FILES) await add("--csv", csv, csv + end);
  }
  if (problems.length > 0) throw new UsageError(problems);
}

/** Follows links; a file that does not exist yet, or may not be read, keeps its path. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return resolve(path);
  }
}

async function fileReporters(
  process: ProcessState,
  flags: ReportFlags,
  known: readonly string[],
): Promise<RunObserver[]> {
  const { htmlReport, json, csv, percentiles } = flags;
  const observers: RunObserver[] = [];
  const problems: string[] = [...known];
  if (htmlReport !== undefined) {
    const { HtmlReporter } = await import("../report/html/html_reporter.ts");
    const reporter = new HtmlReporter(resolve(process.cwd, htmlReport), percentiles);
    problems.push(...await problemsOf(reporter.check("--html-report")));
    observers.push(reporter);
  }
  if (json !== undefined) {
    const { JsonReporter } = await import("../report/json/json_reporter.ts");
    const path = resolve(process.cwd, json);
    if (json !== STDOUT) problems.push(...await problemsOf(checkWritable(path, "--json")));
    const write = (text: string) => json === STDOUT ? process.stdout.write(text) : writeResult(path, text);
    observers.push(new JsonReporter(write, percentiles));
  }
  for (const key of ["junit", "gitlab"] as const) {
    const file = flags[key];
    if (file === undefined) continue;
    const path = resolve(process.cwd, file);
    problems.push(...await problemsOf(checkWritable(path, `--${key}`)));
    const render = await RENDERERS[key]();
    observers.push(new ResultReporter(render, (text) => writeResult(path, text)));
  }
  if (csv !== undefined) {
    const { CsvReporter } = await import("../report/csv/csv_reporter.ts");
    // The end is added before the path is resolved: a prefix may end with a slash.
    const reporter = new CsvReporter(resolve(process.cwd, `${csv}_`).slice(0, -1), percentiles);
    problems.push(...await problemsOf(reporter.check("--csv")));
    observers.push(reporter);
  }
  if (problems.length > 0) throw new UsageError(problems);
  const addToPage = jobSummary(process);
  if (addToPage !== null) {
    const { MarkdownReporter } = await import("../report/markdown_reporter.ts");
    observers.push(new MarkdownReporter(addToPage, percentiles));
  }
  return observers;
}

/** Returns the runs to compare with; the comparison goes below the tables. */
async function baselineOf(process: ProcessState, flags: ReportFlags): Promise<Baseline | null> {
  if (flags.baseline === undefined) return null;
  const { Baseline, DEFAULT_TOLERANCE } = await import("../report/compare/baseline.ts");
  const { readRunFile } = await import("../report/compare/run_file.ts");
  const olds = [];
  for (const file of flags.baseline) olds.push(await readRunFile(resolve(process.cwd, file), "--baseline"));
  const stream = flags.json === STDOUT ? process.stderr : process.stdout;
  const writeVerdict = (text: string) => {
    const lines = text.split("\n").filter((line) => /^( Worse|Cannot)/.test(line));
    process.stderr.write(lines.map((line) => `${line.trim()}\n`).join(""));
  };
  const print = (text: string) => flags.quiet ? writeVerdict(text) : stream.write(`\n${text}`);
  return new Baseline(olds, flags.tolerance ?? DEFAULT_TOLERANCE, print, isColored(process, stream));
}

/** Returns the problems of a check, so that all can be listed at once. */
async function problemsOf(check: Promise<void> | undefined): Promise<readonly string[]> {
  try {
    await check;
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
}
