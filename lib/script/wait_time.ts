/**
 * How long users wait between iterations.
 *
 * @module
 */

import { parseDurationMs } from "../core/units.ts";
import type { Duration } from "../http/request_options.ts";
import type { WaitTime } from "./user.ts";

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
