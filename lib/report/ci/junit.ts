/**
 * The result of a run as JUnit XML, valid by the schema of Ant's JUnit task.
 *
 * @module
 */

import { EXIT_CODES } from "../../core/errors.ts";
import { oneLine } from "../../core/text.ts";
import { formatPercent } from "../../core/units.ts";
import type { RunResult } from "../../stats/run_model.ts";
import type { ThresholdResult } from "../../stats/thresholds.ts";
import type { CheckSummary } from "../../stats/values/checks.ts";
import { errorOrigin, errorText } from "../error_cells.ts";
import { noteLines } from "../summary_text.ts";

/** Maximum number of errors in `system-err`. */
const MAX_ERRORS = 50;

/** Options that mean nothing without an arrival rate. */
const OF_ARRIVALS = new Set(["maxLatenessMs"]);

/** One test case. */
interface TestCase {
  readonly group: "run" | "threshold" | "check";
  readonly name: string;
  /** `null` if it passed. A failure is about the system under test, an error about the run. */
  readonly fault: { readonly kind: "failure" | "error"; readonly message: string; readonly type: string } | null;
}

/**
 * Returns the result as JUnit XML: a test case for the run itself, one for each threshold and one for each check. A
 * check fails if it failed at least once, unless a threshold on it passes.
 */
export function junitXml(result: RunResult): string {
  const { info, summary, thresholds } = result;
  const cases = [runCase(result), ...thresholds.map(thresholdCase), ...checkCases(summary.checks, thresholds)];
  const count = (kind: "failure" | "error") => cases.filter(({ fault }) => fault?.kind === kind).length;
  const suite = attributes({
    name: name(info.subject),
    package: "locust",
    id: 0,
    timestamp: info.startedAt.toISOString().slice(0, 19),
    hostname: "localhost",
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    time: seconds(result.loadMs),
  });
  const properties = Object.entries(info.options).filter(([key, value]) =>
    value !== null && value !== undefined && (summary.arrivals !== null || !OF_ARRIVALS.has(key))
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite${suite}>
    <properties>
${
    properties.map(([key, value]) => `      <property${attributes({ name: key, value: valueText(value) })}/>\n`).join(
      "",
    )
  }    </properties>
${cases.map((one) => testCase(one, result.loadMs)).join("\n")}
    <system-out>${escaped(noteLines(result).map(oneLine).join("\n"))}</system-out>
    <system-err>${escaped(errorLines(result).join("\n"))}</system-err>
  </testsuite>
</testsuites>
`;
}

function runCase(result: RunResult): TestCase {
  const { problems, exitCode, thresholds, reason, summary } = result;
  const made = (kind: "failure" | "error", type: string, message: string): TestCase => ({
    ...{ group: "run", name: "run completed" },
    fault: { kind, type, message },
  });
  if (problems.length > 0) return made("error", "problem", problems.join("\n"));
  if (exitCode === EXIT_CODES.completed) return { group: "run", name: "run completed", fault: null };
  const { count, failures } = summary.total;
  const figures = `${failures} of ${count} requests failed`;
  if (exitCode === EXIT_CODES.threshold) {
    const isJudged = thresholds.some(({ verdict }) => verdict !== "pass");
    return isJudged
      ? { group: "run", name: "run completed", fault: null }
      : made("failure", "errors", `a request failed or the script threw: ${figures}`);
  }
  if (exitCode === EXIT_CODES.regression) return made("failure", "baseline", worseText(result));
  if (exitCode === EXIT_CODES.interrupted) return made("error", "interrupted", `ended early: ${reason}`);
  return made("error", `exit code ${exitCode}`, `${reason}; ${figures}`);
}

/** Names the rows that are worse, each with its figures. */
function worseText({ comparison }: RunResult): string {
  const worse = (comparison?.lines ?? []).filter(({ isWorse }) => isWorse).map(({ cells }) => cells);
  const byRow = Map.groupBy(worse, ([row]) => row);
  const rows = [...byRow].map(([row, cells]) => `${row} (${cells.map(([, figure]) => figure).join(", ")})`);
  return `worse than in the baseline: ${rows.join("; ")}`;
}

function thresholdCase({ expression, verdict, actual }: ThresholdResult): TestCase {
  const message = verdict === "no data" ? "no data" : `measured ${actual}`;
  const fault = verdict === "pass" ? null : { kind: "failure", type: verdict, message } as const;
  return { group: "threshold", name: expression, fault };
}

function checkCases(checks: readonly CheckSummary[], thresholds: readonly ThresholdResult[]): TestCase[] {
  return checks.map(({ name, count, failed, passRatio }) => {
    const judges = thresholds.filter(({ expression }) =>
      /^check\s/.test(expression) && expression.includes(`"${name}"`)
    );
    const isAccepted = judges.length > 0 && judges.every(({ verdict }) => verdict === "pass");
    const message = `${failed} of ${count} failed (${formatPercent(passRatio)} passed)`;
    const fault = failed === 0 || isAccepted ? null : { kind: "failure", type: "check", message } as const;
    return { group: "check", name, fault };
  });
}

/** Returns a test case; only the one for the run has a time, so that times add up. */
function testCase({ group, name: title, fault }: TestCase, loadMs: number): string {
  const head = attributes({
    name: name(title),
    classname: `locust.${group}`,
    time: seconds(group === "run" ? loadMs : 0),
  });
  if (fault === null) return `    <testcase${head}/>`;
  const { kind, type, message } = fault;
  const inner = attributes({ message: oneLine(message), type });
  return `    <testcase${head}>\n      <${kind}${inner}>${escaped(message)}</${kind}>\n    </testcase>`;
}

function errorLines({ warnings, summary }: RunResult): string[] {
  const shown = summary.errors.slice(0, MAX_ERRORS);
  const left = summary.errors.length - shown.length;
  return [
    ...warnings.map((warning) => `Warning: ${oneLine(warning)}`),
    ...shown.map((error) => `${error.count} × ${errorOrigin(error)}: ${errorText(error)}`),
    ...(left > 0 ? [`${left} more`] : []),
  ];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).map(([key, value]) => ` ${key}="${escaped(String(value))}"`).join("");
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Returns a name as a token that is not empty. */
function name(text: string): string {
  return oneLine(text).replace(/\s+/g, " ").trim() || "-";
}

/** Returns a time in seconds with at most three decimals. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Escapes a string for XML; characters that XML 1.0 does not have become `·`. */
function escaped(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex -- they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "·")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
