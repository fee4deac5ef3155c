/**
 * How long users wait between iterations.
 *
 * @module
 */

import { parseDurationMs, parseRatePerSecond } from "../core/units.ts";
import type { Duration } from "../http/client/request_options.ts";
import type { Pacing, WaitTime } from "./user.ts";

/**
 * Waits a new random time after each iteration, uniformly distributed.
 *
 * @param min Shortest time: seconds, or a string with a unit
 * @param max Longest time, at least `min`
 * @throws {RangeError} if a duration cannot be parsed or `max` is less than `min`
 */
export function between(min: Duration, max: Duration): WaitTime {
  const [minMs, maxMs] = [parseDurationMs(min), parseDurationMs(max)];
  if (maxMs < minMs) throw new RangeError(`Cannot wait between ${min} and ${max}: expected the shorter time first`);
  return () => (minMs + Math.random() * (maxMs - minMs)) / 1000;
}

/**
 * Waits the same time after every iteration.
 *
 * @param duration Seconds, or a string with a unit
 * @throws {RangeError} if the duration cannot be parsed
 */
export function constant(duration: Duration): WaitTime {
  const seconds = parseDurationMs(duration) / 1000;
  return () => seconds;
}

/**
 * Starts an iteration per period, on an absolute schedule: as long as iterations take less than the period, they start at
 * even intervals and the mean interval is exact. Users that start together are spread over the period. A user that is
 * more than a period behind skips the iterations it has missed.
 *
 * @param period Time from the start of one iteration to the start of the next, more than 0: seconds, or a string with a
 * unit
 * @throws {RangeError} if it cannot be parsed or is 0
 */
export function constantPacing(period: Duration): Pacing {
  const everyMs = parseDurationMs(period);
  if (everyMs === 0) throw new RangeError(`Cannot start an iteration every ${period}: expected more than 0`);
  return { everyMs };
}

/**
 * Starts a number of iterations per second for each user; otherwise like {@linkcode constantPacing}.
 *
 * @param iterations Iterations per second, more than 0: a number, or a string such as `"30/m"`
 * @throws {RangeError} if it cannot be parsed or is 0
 */
export function constantThroughput(iterations: number | string): Pacing {
  const perSecond = parseRatePerSecond(iterations);
  if (perSecond === 0) throw new RangeError(`Cannot start ${iterations} iterations per second: expected more than 0`);
  return { everyMs: 1000 / perSecond };
}
