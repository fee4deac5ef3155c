/**
 * Stages as users write them.
 *
 * @module
 */

import { didYouMean } from "../core/suggestion.ts";
import { parseDurationMs, parseRatePerSecond } from "../core/units.ts";
import { MAX_USERS } from "./shares.ts";
import type { StageList } from "./shape.ts";

/** A stretch of the load, as users write it: either `target` or `arrivalRate`, the same for all stages of a list. */
export interface StageConfig {
  /** Length: seconds, or a string with a unit; 0 jumps. */
  readonly duration: number | string;
  /** Users at its end, reached in a straight line from the target before (0 at first). */
  readonly target?: number;
  /** Iterations started per second at its end, reached in the same way: a number, or a string such as `"30/m"`. */
  readonly arrivalRate?: number | string;
}

const STAGE_KEYS = ["duration", "target", "arrivalRate"];

/**
 * Reads a list of stages.
 *
 * @param value The list
 * @param name Its name in messages
 * @param problems Receives the problems, one string each
 * @returns The stages; meaningless if there was a problem
 */
export function readStageList(value: unknown, name: string, problems: string[]): StageList {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push(`${name} is ${Array.isArray(value) ? "an empty" : "not a"} list, expected one or more stages`);
    return { model: "closed", stages: [] };
  }
  const before = problems.length;
  const isOpen = value.some((stage) => isRecord(stage) && Object.hasOwn(stage, "arrivalRate"));
  const list: StageList = isOpen
    ? { model: "open", stages: value.map((stage, at) => arrivals(stage, `${name}[${at}]`, problems)) }
    : { model: "closed", stages: value.map((stage, at) => users(stage, `${name}[${at}]`, problems)) };
  if (problems.length === before && list.stages.every(({ durationMs }) => durationMs === 0)) {
    problems.push(`${name} have a total duration of 0, expected one longer than 0`);
  }
  return list;
}

/**
 * Reports the problems with the keys of an object.
 *
 * @param where Its name in messages; empty for the whole configuration
 * @returns Whether it is an object
 */
export function checkKeys(value: unknown, allowed: readonly string[], where: string, problems: string[]): boolean {
  if (!isRecord(value)) {
    problems.push(`${where === "" ? "it" : where} is not an object, expected one with ${allowed.join(" and ")}`);
    return false;
  }
  for (const key of Object.keys(value).filter((one) => !allowed.includes(one))) {
    const path = where === "" ? key : `${where}.${key}`;
    problems.push(`${path} is unknown${didYouMean(key, allowed)}`);
  }
  return true;
}

/** Returns a value as messages show it. */
export function shownJson(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value) ?? String(value);
}

function users(stage: unknown, where: string, problems: string[]): { durationMs: number; target: number } {
  checkKeys(stage, STAGE_KEYS, where, problems);
  const { duration, target } = (stage ?? {}) as { duration?: unknown; target?: unknown };
  if (!Number.isInteger(target) || (target as number) < 0) {
    problems.push(`${where}.target is ${shownJson(target)}, expected a whole number of users, 0 or more`);
  } else if ((target as number) > MAX_USERS) {
    problems.push(`${where}.target is ${target}, expected at most ${MAX_USERS} users`);
  }
  return { durationMs: readDuration(duration, where, problems), target: target as number };
}

function arrivals(stage: unknown, where: string, problems: string[]): { durationMs: number; targetPerSecond: number } {
  checkKeys(stage, STAGE_KEYS, where, problems);
  const { duration, target, arrivalRate } = (stage ?? {}) as {
    duration?: unknown;
    target?: unknown;
    arrivalRate?: unknown;
  };
  if (target !== undefined) {
    problems.push(`${where}.target is given with arrivalRate, expected one of them, the same in all stages`);
  }
  return {
    durationMs: readDuration(duration, where, problems),
    targetPerSecond: readRate(arrivalRate, `${where}.arrivalRate`, problems),
  };
}

function readDuration(duration: unknown, where: string, problems: string[]): number {
  try {
    if (typeof duration === "number" || typeof duration === "string") return parseDurationMs(duration);
    problems.push(
      `${where}.duration is ${shownJson(duration)}, expected a number of seconds or a string such as "1m30s"`,
    );
  } catch (error) {
    problems.push(`${where}.duration is ${shownJson(duration)}, ${(error as Error).message}`);
  }
  return 0;
}

function readRate(rate: unknown, where: string, problems: string[]): number {
  try {
    if (typeof rate === "number" || typeof rate === "string") return parseRatePerSecond(rate);
    problems.push(`${where} is ${shownJson(rate)}, expected a number per second or a string such as "30/m"`);
  } catch (error) {
    problems.push(`${where} is ${shownJson(rate)}, ${(error as Error).message}`);
  }
  return 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
