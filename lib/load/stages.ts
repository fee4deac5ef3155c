/**
 * Users over time, in the closed model.
 *
 * @module
 */

/** Rounding errors below this many users do not start one. */
const EPSILON = 1e-9;
/** The shortest time step. */
const STEP_MS = 1e-3;

/** A stretch of time at whose end a number of users is reached, in a straight line from the number before. */
export interface Stage {
  /** Length in milliseconds, 0 or more; `Infinity`, in the last stage only, means no end. */
  readonly durationMs: number;
  /** Users at its end. */
  readonly target: number;
}

/**
 * Returns how many users are to run.
 *
 * @param stages Begin at 0 users
 * @param elapsedMs Since the start
 * @returns A whole number, rounded up; `null` once the stages are over
 */
export function desiredUsers(stages: readonly Stage[], elapsedMs: number): number | null {
  let beginMs = 0;
  let previous = 0;
  for (const { durationMs, target } of stages) {
    if (elapsedMs <= beginMs + durationMs && durationMs > 0) {
      if (durationMs === Infinity) return target;
      const users = previous + (target - previous) * ((elapsedMs - beginMs) / durationMs);
      return Math.max(0, Math.ceil(users - EPSILON));
    }
    beginMs += durationMs;
    previous = target;
  }
  return null;
}

/**
 * Returns the instant at which {@linkcode desiredUsers} changes next, so that a scheduler can sleep until then. Upwards
 * the n-th user is due as soon as the line has passed n − 1: at 10 users a second, starts are 100 ms apart.
 *
 * @returns Milliseconds since the start, more than `elapsedMs`; `null` when it will not change before the stages end
 */
export function nextChangeMs(stages: readonly Stage[], elapsedMs: number): number | null {
  const users = desiredUsers(stages, elapsedMs);
  if (users === null) return null;
  let beginMs = 0;
  let previous = 0;
  for (const { durationMs, target } of stages) {
    const endMs = beginMs + durationMs;
    if (endMs > elapsedMs && durationMs > 0) {
      if (beginMs >= elapsedMs && Math.ceil(previous - EPSILON) !== users) return beginMs + STEP_MS;
      const atMs = Math.max(
        beginMs + crossingMs(users, previous, (target - previous) / durationMs),
        elapsedMs + STEP_MS,
      );
      if (atMs <= endMs + STEP_MS / 2) return Math.min(atMs, endMs);
    }
    beginMs = endMs;
    previous = target;
  }
  return null;
}

/** Returns after how many milliseconds a line from `previous` with a slope stops rounding up to `users`. */
function crossingMs(users: number, previous: number, usersPerMs: number): number {
  if (usersPerMs === 0) return Infinity;
  if (usersPerMs > 0) return (users - previous) / usersPerMs + STEP_MS + 2 * EPSILON / usersPerMs;
  return (users - 1 - previous) / usersPerMs;
}

/**
 * Returns the stages of a plain run: a ramp, then as many users until the end.
 *
 * @param plan.users Users to reach
 * @param plan.ratePerSecond Users started per second; `null` starts all at once
 * @param plan.durationMs Length of the run, ramp included; `null` for no end. A longer ramp is cut off there
 */
export function stagesFor(
  plan: { readonly users: number; readonly ratePerSecond: number | null; readonly durationMs: number | null },
): Stage[] {
  const durationMs = plan.durationMs ?? Infinity;
  const rampMs = plan.ratePerSecond === null ? 0 : plan.users / plan.ratePerSecond * 1000;
  if (rampMs >= durationMs) return [{ durationMs, target: plan.ratePerSecond! * durationMs / 1000 }];
  return [{ durationMs: rampMs, target: plan.users }, { durationMs: durationMs - rampMs, target: plan.users }];
}

/** Returns the most users the stages ask for at any time. */
export function maxTarget(stages: readonly Stage[]): number {
  return Math.max(0, ...stages.map((stage) => Math.ceil(stage.target - EPSILON)));
}

/** Returns the length of all stages in milliseconds. */
export function totalMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}
