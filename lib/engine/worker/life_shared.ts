/**
 * State shared by all lives of one worker.
 *
 * @module
 */

import type { Recorder } from "../../stats/recorder.ts";
import type { AwaitWatch } from "./watch/await_watch.ts";
import type { EventLoopWatch } from "./watch/event_loop_watch.ts";
import type { IterationTickets } from "./crew/iteration_tickets.ts";
import type { StartWatch } from "./watch/start_watch.ts";
import type { Unusable } from "./unusable.ts";

/** What all lives of one worker share. */
export interface LifeShared {
  readonly recorder: Recorder;
  readonly tickets: IterationTickets;
  readonly watch: EventLoopWatch;
  /** Error texts whose stack has been logged. */
  readonly loggedErrors: Set<string>;
  /** Errors counted as unawaited that an iteration may still await later. */
  readonly strayErrors: WeakSet<Error>;
  /** Ends the run for errors that no user can get past. */
  readonly unusable: Unusable;
  /** Follows users through `onStart`. */
  readonly starts: StartWatch;
  /** Names iterations that end with requests or steps under way. */
  readonly awaits: AwaitWatch;
  iterations: number;
  /** Of these, those that ended with an error. */
  failedIterations: number;
  interruptedIterations: number;
}

/** Where in a user's class an error may come from. */
export type Stage = "constructor" | "around" | "onStart" | "run" | "onStop" | "waitTime";

/** Where an error comes from that no iteration has caught; event emitters count as timers. */
export type StrayOrigin = "timer" | "unawaited promise";

/** Texts of such errors in the log. */
export const STRAY_TEXTS: Readonly<Record<StrayOrigin, string>> = {
  timer: "An error was thrown outside of any user",
  "unawaited promise": "A promise was rejected and not awaited",
};
