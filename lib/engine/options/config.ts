/**
 * The configuration of `--config`: settings that are too long for a flag.
 *
 * @module
 */

import { checkHasEnd, fileProblem } from "../../core/file_problem.ts";
import { checkKeys, readStageList, type StageConfig } from "../../load/read_stages.ts";
import type { StageList } from "../../load/shape.ts";

/** A configuration. */
export interface RunnerConfig {
  /**
   * The load over time; the test ends with the last stage, also for classes with their own load. Replaces users,
   * duration and rate.
   */
  readonly stages?: readonly StageConfig[];
}

const CONFIG_KEYS = ["stages"];

/**
 * Reads the stages of a configuration.
 *
 * @param value The configuration: an object, JSON text, or the path of a JSON file
 * @returns At least one stage, or `null` if there are none
 * @throws {RangeError} if it is invalid; the message continues `Cannot use --config "value": `
 */
export function readStages(value: unknown): StageList | null {
  const config = typeof value === "string" ? parseConfig(value) : value;
  const problems: string[] = [];
  checkKeys(config, CONFIG_KEYS, "", problems);
  const stages = (config as { stages?: unknown } | null)?.stages;
  const read = stages === undefined ? null : readStageList(stages, "stages", problems);
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
    checkHasEnd(path);
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new RangeError(`${fileProblem(error)}, expected JSON or the path of a JSON file`);
  }
}
