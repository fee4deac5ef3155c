/**
 * How long users wait between iterations.
 *
 * @module
 */

import { parseDurationMs, parseRatePerSecond } from "../core/units.ts";
import type { Duration } from "../http/client/request_options.ts";
import type { Pacing, WaitTime } from "./user.ts";

/**
 * Waits a random time, uniformly spread, anew each time.
 *
 * @param min Least time: seconds, or a string with a unit
 * @param max Greatest time, at least `min`
 * @throws {RangeError} if a duration cannot be parsed or `max` is less than `min`
 */
export function between(min: Duration, max: Duration): WaitTime {
  const [minMs, maxMs] = [parseDurationMs(min), parseDurationMs(max)];
  if (maxMs < minMs) throw new RangeError(`Cannot wait between ${min} and ${max}: expected the lesser time first`);
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
 * Begins an iteration every so often, by an absolute plan: with work that takes less than the period, distances are even
 * and their mean is exact, whatever the work takes. Users that start together are spread over the period. A user that is
 * more than a period behind skips what it has missed.
 *
 * @param period Time from the start of an iteration to that of the next, more than 0: seconds, or a string with a unit
 * @throws {RangeError} if it cannot be parsed or is 0
 */
export function constantPacing(period: Duration): Pacing {
  const everyMs = parseDurationMs(period);
  if (everyMs === 0) throw new RangeError(`Cannot begin an iteration every ${period}: expected more than 0`);
  return { everyMs };
}

/**
 * Begins a number of iterations per second and user; otherwise as {@linkcode constantPacing}.
 *
 * @param iterations How many, more than 0: a number per second, or a string such as `"30/m"`
 * @throws {RangeError} if it cannot be parsed or is 0
 */
export function constantThroughput(iterations: number | string): Pacing {
  const perSecond = parseRatePerSecond(iterations);
  if (perSecond === 0) throw new RangeError(`Cannot begin ${iterations} iterations per second: expected more than 0`);
  return { everyMs: 1000 / perSecond };
}
