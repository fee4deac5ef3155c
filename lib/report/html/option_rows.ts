/**
 * The options of a run in readable form.
 *
 * @module
 */

import { formatDuration, formatRate } from "../../core/units.ts";

/**
 * Returns name and value of the options that are set: `arrivalRatePerSecond: 100` becomes "arrival rate", "100.00/s",
 * and milliseconds become durations.
 */
export function optionRows(options: Readonly<Record<string, unknown>>): string[][] {
  return Object.entries(options).filter(([, value]) => !isEmpty(value)).map(rowOf);
}

function rowOf([key, value]: [string, unknown]): string[] {
  if (typeof value === "number" && key.endsWith("Ms")) return [words(key.slice(0, -2)), formatDuration(value)];
  if (typeof value === "number" && key.endsWith("PerSecond")) {
    return [words(key.slice(0, -"PerSecond".length)), formatRate(value)];
  }
  if (typeof value === "boolean") return [words(key), value ? "yes" : "no"];
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return [words(key), value.join(", ")];
  return [words(key), typeof value === "string" ? value : JSON.stringify(value)];
}

function words(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
