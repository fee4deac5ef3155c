/**
 * How long a run waits for what.
 *
 * @module
 */

/** How often observers are shown the state, in milliseconds. */
export const VIEW_EVERY_MS: number = 1000;
/** How far ahead the workers' common start is set, so that the message is there in time, in milliseconds. */
export const START_LEAD_MS: number = 20;
/** How long interrupted workers have to report before they are given up, in milliseconds. */
export const ABANDON_AFTER_MS: number = 2000;
/** Least time that `control` has to end after a stop, in milliseconds, even with a shorter stop timeout. */
export const CONTROL_GRACE_MS: number = 200;
