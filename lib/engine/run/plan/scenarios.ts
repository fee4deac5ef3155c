/**
 * The scenarios that run side by side: the classes that share the options' load, and each class with its own.
 *
 * @module
 */

import { ScriptError } from "../../../core/errors.ts";
import { formatDuration } from "../../../core/units.ts";
import { cutShape, type LoadShape, mostUsers, shapeFor, shapeMs } from "../../../load/shape.ts";
import { capacityOf } from "../../../load/shares.ts";
import type { ClassInfo } from "../../messages.ts";
import type { RunOptions } from "../../options/options.ts";

/** A load and the classes that make it. */
export interface Scenario {
  /** Places of its classes among the script's; at least one. */
  readonly classes: readonly number[];
  /** When it begins, from the start of the load. */
  readonly startTimeMs: number;
  readonly shape: LoadShape;
  /** Most users its classes take, regardless of the shape; `Infinity` if weights share them. */
  readonly capacity: number;
}

/** The scenarios of a run, and the log lines about them. */
export interface ChosenLoad {
  /** At least one; the first is that of the options, if any class uses it. */
  readonly scenarios: readonly Scenario[];
  /** Parts of the locustfile that do not run as written, one line each. */
  readonly warnings: readonly string[];
  /** Options that have no or another effect, one line each. */
  readonly notes: readonly string[];
}

/** Returns the load of a run whose locustfile is not known yet. */
export function loadOfOptions(options: RunOptions): readonly Scenario[] {
  return [{ classes: [], startTimeMs: 0, shape: shapeFor(options), capacity: Infinity }];
}

/** Returns the scenarios of classes with their own load, except those that begin after the end of the run. */
function ownScenarios(classes: readonly ClassInfo[], limitMs: number): Scenario[] {
  return classes.flatMap(({ load }, index) => {
    if (load === null || load.startTimeMs >= limitMs) return [];
    const { startTimeMs } = load;
    const shape = cutShape(shapeFor(load), limitMs - startTimeMs);
    return [{ classes: [index], startTimeMs, shape, capacity: Infinity }];
  });
}

/** Returns the scenario of the classes that share a load. */
function sharedScenario(shape: LoadShape, classes: readonly ClassInfo[]): Scenario {
  const sharing = classes.flatMap(({ load }, index) => load === null ? [index] : []);
  const capacity = capacityOf(sharing.map((index) => classes[index]!));
  return { classes: sharing, startTimeMs: 0, shape, capacity };
}

/** Returns the load of a run whose users are set by code: none at first. */
function controlledShape({ durationMs }: RunOptions): LoadShape {
  return { model: "closed", stages: [{ durationMs: durationMs ?? Infinity, target: 0 }] };
}

/**
 * Returns what runs, once the locustfile is known.
 *
 * @param isControlled Whether the locustfile's `control` sets the users
 * @throws {ScriptError} if options and locustfile contradict each other
 */
export function chosenLoad(options: RunOptions, classes: readonly ClassInfo[], isControlled: boolean): ChosenLoad {
  if (isControlled) checkControlled(options, classes);
  const shape = isControlled ? controlledShape(options) : shapeFor(options);
  const limitMs = shapeMs(shape);
  const shared = sharedScenario(shape, classes);
  const scenarios = [...(shared.capacity === 0 ? [] : [shared]), ...ownScenarios(classes, limitMs)];
  const late = classes.filter(({ load }) => load !== null && load.startTimeMs >= limitMs);
  if (scenarios.length === 0) throw nothingRuns(late.length === 0, limitMs);
  if (!isControlled) checkFixedCounts(options, shared, classes);
  const asked = mostUsers(shape);
  const isShared = shared.capacity > 0;
  const ignored = "No class takes the users of the stages: they only say when the run ends";
  return {
    scenarios,
    notes: isShared ? options.notes : options.stages === null ? [] : [ignored],
    warnings: [
      ...(isShared && asked > shared.capacity ? [cappedText(asked, shared.capacity)] : []),
      ...late.map(({ name, load }) =>
        `Class ${name} runs no users: its load begins after ${formatDuration(load!.startTimeMs)}, when the run is over`
      ),
    ],
  };
}

/** Returns the warning that fewer users run than requested. */
export function cappedText(asked: number, capacity: number): string {
  return `Only ${capacity} of ${asked} users run: the classes have fixedCount, and none a weight to take more`;
}

function nothingRuns(isWeightless: boolean, limitMs: number): ScriptError {
  if (!isWeightless) return new ScriptError(`Cannot run: no class begins within ${formatDuration(limitMs)}`);
  return new ScriptError("Cannot run: no class takes users, expected one with a weight or a fixedCount above 0");
}

/**
 * Checks that there are users for the classes that ask for a fixed number of them.
 *
 * @throws {ScriptError} if there are too few
 */
function checkFixedCounts({ users, stages }: RunOptions, shared: Scenario, classes: readonly ClassInfo[]): void {
  const fixed = shared.classes.reduce((sum, index) => sum + (classes[index]!.fixedCount ?? 0), 0);
  if (fixed <= users) return;
  throw new ScriptError(`Cannot run ${users} users: the classes ask for ${fixed} by fixedCount`, {
    hint: stages?.model === "closed" ? `Have a stage reach ${fixed} or more.` : `Use --users ${fixed} or more.`,
  });
}

/**
 * Checks that only `control` sets how many users run.
 *
 * @throws {ScriptError} if something else does
 */
function checkControlled(options: RunOptions, classes: readonly ClassInfo[]): void {
  const own = classes.find(({ load }) => load !== null);
  const isOpen = options.arrivalRatePerSecond !== null || options.stages?.model === "open";
  if (own === undefined && !isOpen && options.stages === null) return;
  const what = own !== undefined ? `class ${own.name}'s static load` : isOpen ? "an arrival rate" : "stages of users";
  throw new ScriptError(
    `Cannot use ${what} with control(): the locustfile's control sets the users, expected one of them`,
  );
}

/** Returns when the last scenario ends, in milliseconds from the start of the load; `Infinity` for never. */
export function endMs(scenarios: readonly Scenario[]): number {
  return Math.max(0, ...scenarios.map(({ startTimeMs, shape }) => startTimeMs + shapeMs(shape)));
}

/** Returns the most users of all scenarios, as if each had its most at once. */
export function mostUsersOf(scenarios: readonly Scenario[]): number {
  return scenarios.reduce((sum, { shape, capacity }) => sum + Math.min(mostUsers(shape), capacity), 0);
}
