/**
 * What the engine passes to a new user.
 *
 * @module
 */

import type { InFlight } from "../../http/client/in_flight.ts";
import { LocustClientSession } from "../../http/session.ts";
import { runStep, type StepOptions, type StepOwner } from "../../script/scenario/steps.ts";
import type { ShutdownOrder, ShutdownSink } from "../../script/shutdown.ts";
import type { UserClass, UserEnvironment } from "../../script/user.ts";
import type { UserTrace } from "../../spans/user_trace.ts";
import type { Lateness } from "../../stats/lateness.ts";
import type { Recorder } from "../../stats/recorder.ts";
import type { CustomSample } from "../../stats/sample.ts";
import { countCheck, recordMeasure } from "../../stats/values/script_values.ts";
import type { ClientContexts } from "./client_contexts.ts";

/** What the users of a class have in common. */
export interface ClassEnvironment {
  readonly userClass: UserClass;
  readonly data: unknown;
  readonly config: Readonly<Record<string, unknown>>;
  readonly recorder: Recorder;
  readonly contexts: ClientContexts;
  readonly steps: StepOwner;
  /** Ends the whole test. */
  readonly shutdown: ShutdownSink;
  /** Records a sample of a user. */
  readonly record: (user: LifeEnvironment, sample: CustomSample) => void;
}

/** One user's view of the engine: one object, without functions of its own, since there may be many thousands. */
export class LifeEnvironment implements UserEnvironment {
  readonly id: number;
  /** How late its iteration started. */
  readonly lateness: Lateness;
  /** The trace of its iteration; `null` if the run has no traces. */
  readonly trace: UserTrace | null;
  /** Its requests and steps under way. */
  readonly inFlight: InFlight;
  readonly #shared: ClassEnvironment;
  /** Its life, once it has begun. */
  life: { readonly isRunning: boolean } | null = null;

  /** Made before the user. */
  constructor(
    id: number,
    shared: ClassEnvironment,
    lateness: Lateness,
    trace: UserTrace | null,
    inFlight: InFlight,
  ) {
    this.id = id;
    this.#shared = shared;
    this.lateness = lateness;
    this.trace = trace;
    this.inFlight = inFlight;
  }

  /** The user's class. */
  get userClass(): UserClass {
    return this.#shared.userClass;
  }

  get data(): unknown {
    return this.#shared.data;
  }

  get config(): Readonly<Record<string, unknown>> {
    return this.#shared.config;
  }

  createClient(): LocustClientSession {
    const { lateness, trace, id, inFlight } = this;
    const context = this.#shared.contexts.of(this.userClass, id);
    return new LocustClientSession(context, { lateness, trace, user: id, inFlight });
  }

  isRunning(): boolean {
    return this.life?.isRunning ?? false;
  }

  record(sample: CustomSample): void {
    this.#shared.record(this, sample);
  }

  check(name: string, value: unknown): boolean {
    return countCheck(this.#shared.recorder.checks, name, value);
  }

  measure(name: string, value: number | string): void {
    recordMeasure(this.#shared.recorder.measures, name, value);
  }

  step<T>(name: string, step: () => T | Promise<T>, options?: StepOptions): Promise<T> {
    return runStep(this.#shared.steps, name, step, options, this.trace, this.inFlight);
  }

  shutdown(order: ShutdownOrder): void {
    this.#shared.shutdown(order);
  }
}
