/**
 * The load a user class states for itself: `static load`.
 *
 * @module
 */

import { parseDurationMs, parseRatePerSecond } from "../core/units.ts";
import { checkKeys, readStageList, shownJson, type StageConfig } from "./read_stages.ts";
import type { LoadWishes } from "./shape.ts";
import { MAX_USERS } from "./shares.ts";

/** A load of a class's own. A class without one takes its share of the options' load. */
export interface ClassLoad {
  /** Users to run; with `arrivalRate` or stages of it, the most that may run at once, by default those of one second. */
  readonly users?: number;
  /** Users started per second. @default all at once */
  readonly rate?: number | string;
  /** Iterations started per second: a number, or a string such as `"30/m"`. */
  readonly arrivalRate?: number | string;
  /** Users, or arrivals, over time; replaces the options above. */
  readonly stages?: readonly StageConfig[];
  /** When it begins, from the start of the load: seconds, or a string with a unit. @default 0 */
  readonly startTime?: number | string;
  /** Length: seconds, or a string with a unit. @default until the whole run ends */
  readonly duration?: number | string;
}

/** A class's load as it was read. */
export interface ClassLoadWishes extends LoadWishes {
  /** When it begins, from the start of the load. */
  readonly startTimeMs: number;
}

const KEYS = ["users", "rate", "arrivalRate", "stages", "startTime", "duration"];

/**
 * Reads a class's load.
 *
 * @throws {RangeError} if it cannot be used; the message lists every problem
 */
export function readClassLoad(value: unknown): ClassLoadWishes {
  const problems: string[] = [];
  const load = checkKeys(value, KEYS, "load", problems) ? value as Record<string, unknown> : {};
  const read = <T>(key: string, reader: (given: number | string) => T): T | null => {
    const given = load[key];
    if (given === undefined) return null;
    try {
      if (typeof given !== "number" && typeof given !== "string") throw new RangeError("expected a number or a string");
      return reader(given);
    } catch (error) {
      problems.push(`load.${key} is ${shownJson(given)}, ${(error as Error).message}`);
      return null;
    }
  };
  const wishes: ClassLoadWishes = {
    users: read("users", wholeUsers),
    ratePerSecond: read("rate", positiveRate),
    arrivalRatePerSecond: read("arrivalRate", positiveRate),
    durationMs: read("duration", positiveDuration),
    startTimeMs: read("startTime", parseDurationMs) ?? 0,
    stages: load["stages"] === undefined ? null : readStageList(load["stages"], "load.stages", problems),
  };
  problems.push(...contradictions(wishes));
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return wishes;
}

function contradictions({ users, ratePerSecond, arrivalRatePerSecond, durationMs, stages }: LoadWishes): string[] {
  const problems: string[] = [];
  if (users === null && arrivalRatePerSecond === null && stages === null) {
    problems.push("load has none of users, arrivalRate and stages, expected one");
  }
  if (stages !== null && (durationMs !== null || arrivalRatePerSecond !== null || ratePerSecond !== null)) {
    problems.push("load.stages is given with duration, rate or arrivalRate, expected stages alone");
  }
  if (arrivalRatePerSecond !== null && ratePerSecond !== null) {
    problems.push("load.rate is given with arrivalRate, expected one of them: an arrival rate starts users as needed");
  }
  return problems;
}

function wholeUsers(given: number | string): number {
  if (Number(given) > MAX_USERS) throw new RangeError(`expected at most ${MAX_USERS} users`);
  if (typeof given === "number" && Number.isInteger(given) && given >= 1) return given;
  throw new RangeError("expected a whole number of users, 1 or more");
}

function positiveRate(given: number | string): number {
  return positive(parseRatePerSecond(given));
}

function positiveDuration(given: number | string): number {
  return positive(parseDurationMs(given));
}

function positive(value: number): number {
  if (value > 0) return value;
  throw new RangeError("too small, expected more than 0");
}
