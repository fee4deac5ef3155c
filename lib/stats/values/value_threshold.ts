/**
 * Thresholds on checks and measures.
 *
 * ```text
 * threshold = "check" quoted comparison percentage          check "has a token" > 99%
 *           | "measure" quoted metric comparison value      measure "cart items" p95 < 10
 * metric    = "p" percentile | "avg" | "min" | "max" | "count"
 * value     = a number, or a time with its unit for a measure of times: 500ms, 1.5s
 * ```
 *
 * @module
 */

import { formatMs, formatPercent, parseDurationMs } from "../../core/units.ts";
import { nearestName } from "../../core/suggestion.ts";
import type { CheckSummary } from "./checks.ts";
import type { MeasureSummary, MeasureUnit } from "./measures.ts";
import { formatNumber } from "./value_text.ts";

/** The figures that these thresholds are about. */
export interface ValueFigures {
  readonly checks: readonly CheckSummary[];
  readonly measures: readonly MeasureSummary[];
}

/** A threshold on a check or a measure. */
export interface ValueThreshold {
  readonly comparison: "<" | "<=" | ">" | ">=";
  readonly limit: number;
  /** Whether what was measured early on can already count against it. */
  readonly canFailEarly: boolean;
  readonly metric: {
    /** Returns the value; `null` without data. */
    measure(row: unknown, figures: ValueFigures): number | null;
    /** Returns the value as tables show it. */
    format(value: number): string;
  };
  /** Returns how many values it is judged by so far. */
  samples(figures: ValueFigures): number;
}

const COMPARISON = "(?<comparison><=|>=|<|>)";
const CHECK = new RegExp(`^check\\s+"(?<name>.+)"\\s*${COMPARISON}\\s*(?<value>\\d+(?:\\.\\d+)?)\\s*%$`);
const MEASURE = new RegExp(`^measure\\s+"(?<name>.+)"\\s+(?<metric>[a-z]+[\\d.]*)\\s*${COMPARISON}\\s*(?<value>\\S+)$`);

/**
 * Parses an expression about a check or a measure.
 *
 * @returns The threshold; `null` if the expression is about requests
 * @throws {RangeError} if it cannot be read, or begins with a misspelt `check` or `measure`
 */
export function parseValueThreshold(expression: string): ValueThreshold | null {
  const word = /^([A-Z]?[a-z]+)\s+"/.exec(expression)?.[1]; // a word in capitals is the method of a row
  if (word === "check") return checkThreshold(expression);
  if (word === "measure") return measureThreshold(expression);
  const meant = word === undefined ? null : nearestName(word, ["check", "measure", "step"]);
  if (meant === null) return null;
  if (meant === "step") throw new RangeError(`unknown kind ${word}, a step is a row: e.g. STEP checkout p95 < 500ms`);
  throw new RangeError(`unknown kind ${word}, did you mean "${meant}"?`);
}

function checkThreshold(expression: string): ValueThreshold {
  const groups = CHECK.exec(expression)?.groups;
  if (groups === undefined) throw new RangeError('not a threshold on a check, expected e.g. check "has a token" > 99%');
  const limit = Number(groups["value"]) / 100;
  if (limit > 1) throw new RangeError(`expected a percentage of 0% to 100%, got ${groups["value"]}%`);
  const find = ({ checks }: ValueFigures) => checks.find(({ name, count }) => name === groups["name"] && count > 0);
  return {
    comparison: groups["comparison"] as ValueThreshold["comparison"],
    limit,
    canFailEarly: true,
    metric: { measure: (_, figures) => find(figures)?.passRatio ?? null, format: formatPercent },
    samples: (figures) => find(figures)?.count ?? 0,
  };
}

function measureThreshold(expression: string): ValueThreshold {
  const groups = MEASURE.exec(expression)?.groups;
  if (groups === undefined) {
    throw new RangeError('not a threshold on a measure, expected e.g. measure "cart items" p95 < 10');
  }
  const [metric, text] = [groups["metric"]!, groups["value"]!];
  const figure = figureOf(metric);
  const isCount = metric === "count";
  const { limit, unit } = valueOf(text, isCount);
  const find = ({ measures }: ValueFigures) =>
    measures.find((one) => one.name === groups["name"] && (unit === null || one.unit === unit) && one.count > 0);
  const format = isCount ? String : unit === "ms" ? formatMs : formatNumber;
  return {
    comparison: groups["comparison"] as ValueThreshold["comparison"],
    limit,
    canFailEarly: !isCount,
    metric: {
      measure: (_, figures) => {
        const found = find(figures);
        return found === undefined ? null : figure(found);
      },
      format,
    },
    samples: (figures) => find(figures)?.count ?? 0,
  };
}

function figureOf(metric: string): (measure: MeasureSummary) => number {
  if (metric === "avg") return ({ mean }) => mean;
  if (metric === "min" || metric === "max" || metric === "count") return (measure) => measure[metric];
  const percentile = Number(/^p(\d+(?:\.\d+)?)$/.exec(metric)?.[1] ?? NaN);
  if (!(percentile <= 100)) {
    const meant = nearestName(metric, ["avg", "min", "max", "count"]);
    const wanted = meant === null ? "expected p50, p95, p99.9, avg, min, max or count" : `did you mean "${meant}"?`;
    throw new RangeError(`unknown metric ${metric}, ${wanted}`);
  }
  return ({ histogram }) => histogram.percentile(percentile);
}

/** Reads a limit; a count fits a measure of any unit. */
function valueOf(text: string, isCount: boolean): { limit: number; unit: MeasureUnit | null } {
  if (/^\d+(?:\.\d+)?$/.test(text)) return { limit: Number(text), unit: isCount ? null : "" };
  if (isCount) throw new RangeError(`expected a whole number, got "${text}"`);
  try {
    return { limit: parseDurationMs(text), unit: "ms" };
  } catch {
    throw new RangeError(`expected a number such as 10, or a time such as 500ms, got "${text}"`);
  }
}
