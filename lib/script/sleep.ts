/**
 * Pauses that the end of a run can cut short.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../core/clock.ts";
import { parseDurationMs } from "../core/units.ts";
import { currentStep } from "../http/client/step_scope.ts";
import type { Duration } from "../http/client/request_options.ts";

/** Thrown when the end of the run interrupts an iteration; counted as interrupted, never as a failure. */
export class InterruptedError extends Error {
  /** Always `InterruptedError`. */
  override readonly name = "InterruptedError";

  /** Made when a run is stopped immediately, or its stop timeout expires. */
  constructor() {
    super("interrupted by the end of the run");
  }
}

interface Sleeper {
  readonly timer: Timer;
  readonly reject: (error: InterruptedError) => void;
}

const sleepers = new Set<Sleeper>();

/**
 * Pauses the user.
 *
 * @param duration Seconds, or a string with a unit such as `"250ms"`; 0 yields to other tasks
 * @returns A promise that resolves after at least that time (timers add up to about 2 ms)
 * @throws {RangeError} if the duration cannot be parsed
 */
export function sleep(duration: Duration): Promise<void> {
  const ms = parseDurationMs(duration);
  const step = currentStep();
  if (step === null) return sleepMs(ms);
  step.beginSleep();
  return sleepMs(ms).finally(() => step.endSleep());
}

/** Pauses for a number of milliseconds; {@linkcode interruptSleepers} ends it early. */
export function sleepMs(ms: number): Promise<void> {
  if (ms > MAX_TIMER_MS) return sleepMs(MAX_TIMER_MS).then(() => sleepMs(ms - MAX_TIMER_MS));
  return new Promise((resolve, reject) => {
    const sleeper: Sleeper = {
      timer: setTimeout(() => {
        sleepers.delete(sleeper);
        resolve();
      }, ms),
      reject,
    };
    sleepers.add(sleeper);
  });
}

/** Ends every pause on this thread with an {@linkcode InterruptedError}. */
export function interruptSleepers(): void {
  for (const { timer, reject } of sleepers) {
    clearTimeout(timer);
    reject(new InterruptedError());
  }
  sleepers.clear();
}
