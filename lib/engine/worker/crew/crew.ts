/**
 * The common interface of both load models.
 *
 * @module
 */

import type { PlanMessage } from "../../messages.ts";
import type { UserClass } from "../../../script/user.ts";
import type { IterationSource } from "./iteration_source.ts";
import type { Life, RosterOptions } from "./roster.ts";

/** The users of one scenario on one worker, driven by a plan. */
export interface Crew {
  /** Users running. */
  readonly size: number;
  /** Whether any user is within an iteration. */
  readonly isInIteration: boolean;
  /** Goes on with another plan of the same model. */
  follow(plan: PlanMessage): void;
  /**
   * Takes over this worker's part of what workers of the run leave.
   *
   * @param lost Numbers of workers that were lost together
   */
  inherit(lost: readonly number[]): void;
  /** Goes on after the limit on iterations has been raised, or made final. */
  onLimitRaised(): void;
  /** Pauses or resumes the start of iterations. */
  setPaused(isPaused: boolean): void;
  /** Ends after the iterations in flight: the last one of the run's limit has begun, on some worker. */
  endAtLimit(): void;
  /** Starts no more users and lets running iterations end. */
  stop(): void;
  /** Cuts running iterations off. */
  interrupt(): void;
}

/** Options of a crew. */
export interface CrewOptions extends Omit<RosterOptions, "startUser" | "onEnded"> {
  /** Makes a user of a number that is unique within the scenario, which gets its iterations from `source`. */
  startUser(userClass: UserClass, user: number, source: IterationSource): Life;
  /** Called once, when no user is left and none will start. */
  onFinished(): void;
}
