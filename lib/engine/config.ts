/**
 * The configuration that `--config` takes: what is too long for a flag.
 *
 * @module
 */

import { nearestName } from "../core/suggestion.ts";
import { parseDurationMs } from "../core/units.ts";
import type { Stage } from "../load/stages.ts";

/** A stretch of the load, as users write it. */
export interface StageConfig {
  /** Length: seconds, or a text with a unit; 0 jumps. */
  readonly duration: number | string;
  /** Users at its end, reached in a straight line from the target before (0 at first). */
  readonly target: number;
}

/** A configuration, as users write it. */
export interface RunnerConfig {
  /** The load over time; the test ends with the last stage. Takes the place of users, duration and rate. */
  readonly stages?: readonly StageConfig[];
}

const CONFIG_KEYS = ["stages"];
const STAGE_KEYS = ["duration", "target"];

/**
 * Reads the stages of a configuration.
 *
 * @param value The configuration: an object, JSON text, or the path of a JSON file
 * @returns The stages, at least one, or `null` where it has none
 * @throws {RangeError} if it cannot be used; the message goes behind `Cannot use --config "value": `
 */
export function readStages(value: unknown): readonly Stage[] | null {
  const config = typeof value === "string" ? parseConfig(value) : value;
  const problems: string[] = [];
  checkKeys(config, CONFIG_KEYS, "", problems);
  const stages = (config as { stages?: unknown } | null)?.stages;
  const read = stages === undefined ? null : readList(stages, problems);
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return read;
}

function parseConfig(text: string): unknown {
  const isJson = /^\s*[{[]/.test(text);
  const json = isJson ? text : readConfigFile(text);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new RangeError(`not valid JSON: ${(error as Error).message}`);
  }
}

function readConfigFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw new RangeError((error as Error).message);
    throw new RangeError("no such file, expected JSON text or the path of a JSON file");
  }
}

function readList(stages: unknown, problems: string[]): readonly Stage[] {
  if (!Array.isArray(stages) || stages.length === 0) {
    problems.push("stages is no list of stages, expected at least one");
    return [];
  }
  return stages.map((stage: unknown, index) => readStage(stage, `stages[${index}]`, problems));
}

function readStage(stage: unknown, where: string, problems: string[]): Stage {
  checkKeys(stage, STAGE_KEYS, where, problems);
  const { duration, target } = (stage ?? {}) as { duration?: unknown; target?: unknown };
  if (!Number.isInteger(target) || (target as number) < 0) {
    problems.push(`${where}.target is ${shown(target)}, expected a whole number of users, 0 or more`);
  }
  return { durationMs: readDuration(duration, where, problems), target: target as number };
}

function readDuration(duration: unknown, where: string, problems: string[]): number {
  try {
    if (typeof duration === "number" || typeof duration === "string") return parseDurationMs(duration);
    problems.push(`${where}.duration is ${shown(duration)}, expected a number of seconds or a text such as "1m30s"`);
  } catch (error) {
    problems.push(`${where}.duration is ${shown(duration)}, ${(error as Error).message}`);
  }
  return 0;
}

function checkKeys(value: unknown, allowed: readonly string[], where: string, problems: string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(`${where === "" ? "it" : where} is no object, expected one with ${allowed.join(" and ")}`);
    return;
  }
  for (const key of Object.keys(value).filter((one) => !allowed.includes(one))) {
    const path = where === "" ? key : `${where}.${key}`;
    problems.push(`${path} is unknown, did you mean "${nearestName(key, allowed)}"?`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
