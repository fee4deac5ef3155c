/**
 * The flags about output, part of the table of flags.
 *
 * @module
 */

import { type Flag, LISTEN_PATTERN } from "./flag.ts";
import { SAMPLE_FLAGS, type SampleFlags } from "./sample_flags.ts";

/** File name that means stdout. */
export const STDOUT = "-";

/** Output settings that are not options of the run. */
export interface ReportFlags extends SampleFlags {
  /** Path of the HTML report. */
  readonly htmlReport?: string;
  /** Path of the JSON summary; `-` for stdout. */
  readonly json?: string;
  /** Start of the paths of the CSV files. */
  readonly csv?: string;
  /** Path of the JUnit report. */
  readonly junit?: string;
  /** Path of the load performance report for GitLab. */
  readonly gitlab?: string;
  /** `[host:]port` where Prometheus scrapes. */
  readonly prometheus?: string;
  /** Longest wait for the last scrape, in milliseconds. */
  readonly prometheusWaitMs?: number;
  /** Percentiles that reports show, 0–100 in ascending order. */
  readonly percentiles?: readonly number[];
  /** Paths of JSON summaries to compare the run with. */
  readonly baseline?: readonly string[];
  /** Least difference to the baseline that counts, as a share. */
  readonly tolerance?: number;
  /** Whether to print no tables and, unless a log level is given, to log only errors. */
  readonly quiet?: boolean;
  /** Time between two tables where there is no terminal, in milliseconds. */
  readonly everyMs?: number;
  /** Whether only the summary is shown. */
  readonly summaryOnly?: boolean;
}

/** The flags about earlier runs, in the order of the help. */
export const BASELINE_FLAGS: readonly (Flag & { readonly key: keyof ReportFlags })[] = [
  {
    key: "baseline",
    long: "baseline",
    kind: "repeatable",
    value: "file",
    group: "Pass or fail",
    help: "compare with the JSON of an earlier run; exit with 98 if a row is worse",
  },
  {
    key: "tolerance",
    long: "tolerance",
    value: "percentage",
    group: "Pass or fail",
    help: "least difference to the baseline that counts (default: 5%)",
  },
];

/** The flags, in the order of the help. */
export const OUTPUT_FLAGS: readonly (Flag & { readonly key: keyof ReportFlags })[] = [
  {
    key: "htmlReport",
    long: "html-report",
    value: "file",
    group: "Output",
    help: "write a self-contained HTML report",
  },
  {
    key: "json",
    long: "json",
    value: "file",
    group: "Output",
    help: "write the summary as JSON; - for stdout, instead of the tables",
  },
  {
    key: "csv",
    long: "csv",
    value: "prefix",
    group: "Output",
    help: "write PREFIX_rows.csv, _errors.csv, _history.csv, each second",
  },
  ...SAMPLE_FLAGS,
  {
    key: "junit",
    long: "junit",
    value: "file",
    group: "Output",
    help: "write thresholds, checks and the run as a JUnit report",
  },
  {
    key: "gitlab",
    long: "gitlab",
    value: "file",
    group: "Output",
    help: "write a load performance report for GitLab",
  },
  {
    key: "prometheus",
    long: "prometheus",
    kind: "optional",
    omitted: "127.0.0.1:9646",
    pattern: LISTEN_PATTERN,
    value: "[host:]port",
    group: "Output",
    help: "serve metrics for Prometheus; at 127.0.0.1:9646 by itself",
  },
  {
    key: "prometheusWaitMs",
    long: "prometheus-wait",
    value: "time",
    group: "Output",
    help: "how long to wait for the last scrape (default: 20s)",
  },
  {
    key: "percentiles",
    long: "percentiles",
    value: "list",
    group: "Output",
    help: "percentiles in tables and reports (default: 50,95,99)",
  },
  {
    key: "quiet",
    long: "quiet",
    short: "q",
    kind: "boolean",
    group: "Output",
    help: "no tables, and only errors in the log unless --log-level is given",
  },
  {
    key: "everyMs",
    long: "every",
    value: "time",
    group: "Output",
    help: "time between tables without a terminal: 10s, after 5m 30s",
  },
  {
    key: "summaryOnly",
    long: "summary-only",
    kind: "boolean",
    group: "Output",
    help: "no tables while the load runs, only the summary",
  },
];
