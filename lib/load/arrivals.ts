/**
 * Iterations over time, in the open model: how many have to begin by an instant, and when each one is due.
 *
 * With λ(t) the arrival rate and Λ(t) = ∫₀ᵗ λ its integral, arrival n (from 0) is due at the last instant at which
 * Λ ≤ n: at once where the rate is constant, and never while it is 0. This is a Poisson process' inversion without the
 * chance: evenly spread where the rate is constant, and by any instant Λ(t) arrivals are due, to within one.
 *
 * @module
 */

/** Rounding errors below this share of an arrival are ignored. */
const EPSILON = 1e-7;

/** A stretch of time at whose end an arrival rate is reached, in a straight line from the rate before (0 at first). */
export interface ArrivalStage {
  /** Length in milliseconds, 0 or more; `Infinity`, in the last stage only, means no end. */
  readonly durationMs: number;
  /** Iterations started per second at its end, 0 or more. */
  readonly targetPerSecond: number;
}

/** A stage with what came before it. */
interface Stretch extends ArrivalStage {
  readonly beginMs: number;
  /** Rate at its beginning; the rate of its end if it has no end. */
  readonly previousPerSecond: number;
}

function* stretches(stages: readonly ArrivalStage[]): Generator<Stretch> {
  let beginMs = 0;
  let previousPerSecond = 0;
  for (const stage of stages) {
    const isEndless = stage.durationMs === Infinity;
    yield { ...stage, beginMs, previousPerSecond: isEndless ? stage.targetPerSecond : previousPerSecond };
    beginMs += stage.durationMs;
    previousPerSecond = stage.targetPerSecond;
  }
}

/** Returns the arrivals of the first milliseconds of a stretch. */
function arrivalsIn({ durationMs, previousPerSecond, targetPerSecond }: Stretch, elapsedMs: number): number {
  if (elapsedMs <= 0 || durationMs === 0) return 0;
  const ms = Math.min(elapsedMs, durationMs);
  const slope = durationMs === Infinity ? 0 : (targetPerSecond - previousPerSecond) / durationMs;
  return (previousPerSecond + slope * ms / 2) * ms / 1000;
}

/**
 * Returns Λ: how many iterations the rate amounts to so far, fractions included.
 *
 * @param stages Begin at a rate of 0; a stage of no length jumps
 * @param elapsedMs Since the start; less than 0 counts as 0
 */
export function expectedArrivals(stages: readonly ArrivalStage[], elapsedMs: number): number {
  let sum = 0;
  for (const stretch of stretches(stages)) sum += arrivalsIn(stretch, elapsedMs - stretch.beginMs);
  return sum;
}

/**
 * Returns λ: the rate at an instant.
 *
 * @returns Iterations per second; 0 once the stages are over
 */
export function arrivalRate(stages: readonly ArrivalStage[], elapsedMs: number): number {
  for (const { beginMs, durationMs, previousPerSecond, targetPerSecond } of stretches(stages)) {
    if (elapsedMs >= beginMs + durationMs) continue;
    if (durationMs === Infinity) return targetPerSecond;
    const share = Math.max(0, elapsedMs - beginMs) / durationMs;
    return previousPerSecond + (targetPerSecond - previousPerSecond) * share;
  }
  return 0;
}

/**
 * Returns when an arrival is due.
 *
 * @param stages Begin at a rate of 0
 * @param index Which arrival, a whole number from 0
 * @returns Milliseconds since the start, before the stages' end; `null` if there is no such arrival
 */
export function arrivalDueMs(stages: readonly ArrivalStage[], index: number): number | null {
  let sum = 0;
  for (const stretch of stretches(stages)) {
    const count = stretch.durationMs === Infinity && stretch.targetPerSecond > 0
      ? Infinity
      : arrivalsIn(stretch, stretch.durationMs === Infinity ? 0 : stretch.durationMs);
    if (sum + count > index + EPSILON) return stretch.beginMs + offsetMs(stretch, index - sum);
    sum += count;
  }
  return null;
}

/**
 * Returns after how many milliseconds of a stretch it has brought `count` arrivals: the root of
 * `r₀·t + s·t²/2 = count`, in the form that loses no digits where the slope s is small.
 */
function offsetMs({ durationMs, previousPerSecond, targetPerSecond }: Stretch, count: number): number {
  if (count <= 0) return 0;
  const perMs = previousPerSecond / 1000;
  const slope = durationMs === Infinity ? 0 : (targetPerSecond - previousPerSecond) / 1000 / durationMs;
  const root = Math.sqrt(Math.max(0, perMs * perMs + 2 * slope * count));
  return Math.min(2 * count / (perMs + root), durationMs);
}

/** Returns the stages of a constant rate. */
export function constantArrivals(perSecond: number, durationMs: number | null): ArrivalStage[] {
  return [
    { durationMs: 0, targetPerSecond: perSecond },
    { durationMs: durationMs ?? Infinity, targetPerSecond: perSecond },
  ];
}

/** Returns the greatest rate the stages reach, per second. */
export function maxArrivalRate(stages: readonly ArrivalStage[]): number {
  return Math.max(0, ...stages.map((stage) => stage.targetPerSecond));
}
