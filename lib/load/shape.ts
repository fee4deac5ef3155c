/**
 * The load of one scenario over time: how many users, or how many iterations.
 *
 * @module
 */

import { type ArrivalStage, constantArrivals, maxArrivalRate } from "./arrivals.ts";
import { maxTarget, type Stage, stagesFor } from "./stages.ts";

/** Stages as they were read: of users, or of arrivals. */
export type StageList =
  | { readonly model: "closed"; readonly stages: readonly Stage[] }
  | { readonly model: "open"; readonly stages: readonly ArrivalStage[] };

/**
 * A load. Closed: a number of users runs, each as fast as it can. Open: iterations begin at a rate, regardless of those
 * before, as long as there are users for them.
 */
export type LoadShape =
  | { readonly model: "closed"; readonly stages: readonly Stage[] }
  | {
    readonly model: "open";
    readonly stages: readonly ArrivalStage[];
    /** Users that may run at once. */
    readonly mostUsers: number;
  };

/** What a load is made from; stages replace the other figures. */
export interface LoadWishes {
  /** Users to run, in the open model the most at once; `null` if not given. */
  readonly users: number | null;
  /** Users started per second; `null` starts all at once. */
  readonly ratePerSecond: number | null;
  /** Iterations started per second; `null` for the closed model. */
  readonly arrivalRatePerSecond: number | null;
  /** Length; `null` for no end. */
  readonly durationMs: number | null;
  /** Users, or arrivals, over time; `null` for none. */
  readonly stages: StageList | null;
}

/** Fewest and most users of the open model if their number is not given. */
const [LEAST_DEFAULT_USERS, MOST_DEFAULT_USERS] = [10, 1000];

/** Returns the load that was asked for. Users default to 1; in the open model, to the arrivals of one second. */
export function shapeFor(wishes: LoadWishes): LoadShape {
  const { users, stages: list, arrivalRatePerSecond, durationMs } = wishes;
  if (list === null && arrivalRatePerSecond === null) {
    return { model: "closed", stages: stagesFor({ ...wishes, users: users ?? 1 }) };
  }
  if (list?.model === "closed") return list;
  const stages = list?.stages ?? constantArrivals(arrivalRatePerSecond!, durationMs);
  return { model: "open", stages, mostUsers: users ?? defaultUsers(maxArrivalRate(stages)) };
}

function defaultUsers(arrivalsPerSecond: number): number {
  return Math.min(Math.max(Math.ceil(arrivalsPerSecond), LEAST_DEFAULT_USERS), MOST_DEFAULT_USERS);
}

/** Returns the most users a load may have at any time. */
export function mostUsers(shape: LoadShape): number {
  return shape.model === "open" ? shape.mostUsers : maxTarget(shape.stages);
}

/** Returns how long a load lasts, in milliseconds; `Infinity` when it has no end. */
export function shapeMs({ stages }: LoadShape): number {
  return stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}

/** Cuts a load off at an instant: milliseconds from its start, more than 0. */
export function cutShape(shape: LoadShape, limitMs: number): LoadShape {
  if (shape.model === "closed") {
    const cut = (durationMs: number, previous: Stage | undefined, { target }: Stage, share: number) => ({
      durationMs,
      target: between(previous?.target, target, share),
    });
    return { ...shape, stages: cutStages(shape.stages, limitMs, cut) };
  }
  const cut = (durationMs: number, previous: ArrivalStage | undefined, stage: ArrivalStage, share: number) => ({
    durationMs,
    targetPerSecond: between(previous?.targetPerSecond, stage.targetPerSecond, share),
  });
  return { ...shape, stages: cutStages(shape.stages, limitMs, cut) };
}

/** Returns the stages that begin before an instant; the last one ends there, at what its line has reached. */
function cutStages<S extends Stage | ArrivalStage>(
  stages: readonly S[],
  limitMs: number,
  cut: (durationMs: number, previous: S | undefined, stage: S, share: number) => S,
): S[] {
  const kept: S[] = [];
  let leftMs = limitMs;
  for (const stage of stages) {
    if (leftMs <= 0) break;
    const { durationMs } = stage;
    // A stage without end is at its target from its beginning.
    const share = durationMs === Infinity ? 1 : leftMs / durationMs;
    kept.push(durationMs <= leftMs ? stage : cut(leftMs, kept.at(-1), stage, share));
    leftMs -= durationMs;
  }
  return kept;
}

/** Interpolates from one value, 0 by default, to another. */
function between(from = 0, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Returns which of several stages an instant is in, from 1, counting those that take time; `null` for fewer than two. */
export function stageAt(
  { stages }: LoadShape,
  elapsedMs: number,
): { readonly number: number; readonly count: number } | null {
  const ends: number[] = [];
  let endMs = 0;
  for (const { durationMs } of stages) {
    endMs += durationMs;
    if (durationMs > 0) ends.push(endMs);
  }
  if (ends.length < 2) return null;
  const index = ends.findIndex((end) => elapsedMs < end);
  return { number: (index === -1 ? ends.length - 1 : index) + 1, count: ends.length };
}
