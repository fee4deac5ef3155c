/**
 * What runs side by side: the classes that share the options' load, and each class with a load of its own.
 *
 * @module
 */

import { ScriptError } from "../core/errors.ts";
import { type LoadShape, mostUsers, shapeFor, shapeMs } from "../load/shape.ts";
import type { ClassInfo } from "./messages.ts";
import type { RunOptions } from "./options.ts";

/** A load and the classes that make it. */
export interface Scenario {
  /** Places of its classes among the script's; at least one. */
  readonly classes: readonly number[];
  /** When it begins, from the start of the load. */
  readonly startTimeMs: number;
  readonly shape: LoadShape;
}

/** Returns the scenarios of a run, at least one; that of the options is the first, where classes take part in it. */
export function scenariosOf(options: RunOptions, classes: readonly ClassInfo[]): Scenario[] {
  const sharing = classes.flatMap(({ load }, index) => load === null ? [index] : []);
  const limitMs = options.stages === null ? options.durationMs ?? Infinity : Infinity;
  const own = classes.flatMap(({ load }, index) => {
    if (load === null) return [];
    const { startTimeMs } = load;
    const leftMs = Math.max(0, limitMs - startTimeMs);
    const durationMs = Math.min(load.durationMs ?? Infinity, leftMs);
    return [{ classes: [index], startTimeMs, shape: shapeFor({ ...load, durationMs: finiteOrNull(durationMs) }) }];
  });
  if (sharing.length === 0 && own.length > 0) return own;
  return [{ classes: sharing, startTimeMs: 0, shape: shapeFor(options) }, ...own];
}

/** Returns the only scenario of a run whose users are set by code: none at first. */
function controlledScenario({ durationMs }: RunOptions, classes: readonly ClassInfo[]): Scenario {
  const stages = [{ durationMs: durationMs ?? Infinity, target: 0 }];
  return { classes: classes.map((_, index) => index), startTimeMs: 0, shape: { model: "closed", stages } };
}

/**
 * Returns what runs, once the locustfile is known.
 *
 * @param isControlled Whether the locustfile's `control` sets the users
 * @throws {ScriptError} if options and locustfile contradict each other
 */
export function chosenScenarios(
  options: RunOptions,
  classes: readonly ClassInfo[],
  isControlled: boolean,
): readonly Scenario[] {
  if (isControlled) {
    checkControlled(options, classes);
    return [controlledScenario(options, classes)];
  }
  const scenarios = scenariosOf(options, classes);
  checkFixedCounts(scenarios, classes);
  return scenarios;
}

/**
 * Checks that there are users for the classes that ask for a fixed number of them.
 *
 * @throws {ScriptError} if there are too few
 */
function checkFixedCounts(scenarios: readonly Scenario[], classes: readonly ClassInfo[]): void {
  for (const scenario of scenarios) {
    const sharing = scenario.classes.map((index) => classes[index]!).filter(({ load }) => load === null);
    const fixed = sharing.reduce((sum, { fixedCount }) => sum + (fixedCount ?? 0), 0);
    const users = mostUsers(scenario.shape);
    if (fixed <= users) continue;
    throw new ScriptError(`Cannot run ${users} users: the classes ask for ${fixed} by fixedCount`, {
      hint: `Use --users ${fixed} or more.`,
    });
  }
}

/**
 * Checks that nothing else than `control` says how many users run.
 *
 * @throws {ScriptError} if something does
 */
function checkControlled(options: RunOptions, classes: readonly ClassInfo[]): void {
  const own = classes.find(({ load }) => load !== null);
  if (own === undefined && options.arrivalRatePerSecond === null && options.stages?.model !== "open") return;
  const what = own === undefined ? "an arrival rate" : `class ${own.name}'s static load`;
  throw new ScriptError(
    `Cannot use ${what} with control(): the locustfile's control sets the users, expected one of them`,
  );
}

/** Returns when the last scenario ends, from the start of the load, in milliseconds; `Infinity` when one has no end. */
export function endMs(scenarios: readonly Scenario[]): number {
  return Math.max(0, ...scenarios.map(({ startTimeMs, shape }) => startTimeMs + shapeMs(shape)));
}

/** Returns the most users of all scenarios, as if each had its most at once. */
export function mostUsersOf(scenarios: readonly Scenario[]): number {
  return scenarios.reduce((sum, { shape }) => sum + mostUsers(shape), 0);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
