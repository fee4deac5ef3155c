/**
 * What runs side by side: the classes that share the options' load, and each class with a load of its own.
 *
 * @module
 */

import { ScriptError } from "../core/errors.ts";
import { formatDuration } from "../core/units.ts";
import { cutShape, type LoadShape, mostUsers, shapeFor, shapeMs } from "../load/shape.ts";
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

/** What runs, and what should be said about it. */
export interface ChosenLoad {
  /** At least one; that of the options is the first, where classes take part in it. */
  readonly scenarios: readonly Scenario[];
  /** What of the locustfile does not run as it asks for, a line each. */
  readonly warnings: readonly string[];
}

/** Returns the load of a run whose locustfile is not known yet. */
export function loadOfOptions(options: RunOptions): readonly Scenario[] {
  return [{ classes: [], startTimeMs: 0, shape: shapeFor(options) }];
}

/** Returns the scenarios of classes with a load of their own, but for those that begin only when the run is over. */
function ownScenarios(classes: readonly ClassInfo[], limitMs: number): Scenario[] {
  return classes.flatMap(({ load }, index) => {
    if (load === null || load.startTimeMs >= limitMs) return [];
    const { startTimeMs } = load;
    return [{ classes: [index], startTimeMs, shape: cutShape(shapeFor(load), limitMs - startTimeMs) }];
  });
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
export function chosenLoad(options: RunOptions, classes: readonly ClassInfo[], isControlled: boolean): ChosenLoad {
  if (isControlled) {
    checkControlled(options, classes);
    return { scenarios: [controlledScenario(options, classes)], warnings: [] };
  }
  const limitMs = shapeMs(shapeFor(options));
  const sharing = classes.flatMap(({ load }, index) => load === null ? [index] : []);
  const shared = sharing.length === 0 ? [] : [{ classes: sharing, startTimeMs: 0, shape: shapeFor(options) }];
  const scenarios = [...shared, ...ownScenarios(classes, limitMs)];
  const late = classes.filter(({ load }) => load !== null && load.startTimeMs >= limitMs);
  const warnings = late.map(({ name, load }) =>
    `Class ${name} runs no users: its load begins after ${formatDuration(load!.startTimeMs)}, when the run is over`
  );
  if (scenarios.length === 0) throw new ScriptError(`Cannot run: no class begins within ${formatDuration(limitMs)}`);
  checkFixedCounts(scenarios, classes);
  return { scenarios, warnings };
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
