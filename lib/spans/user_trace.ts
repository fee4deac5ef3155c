/**
 * Which iterations have a trace.
 *
 * @module
 */

import { Span, type SpanSink } from "./span.ts";

/** What all users of one worker share. */
export interface Sampling {
  /** Share of iterations that have a trace, 0–1. */
  readonly ratio: number;
  /** Receives their spans. */
  readonly sink: SpanSink;
  /** Returns a number of 0 up to 1. */
  readonly random: () => number;
}

/** The trace of one user's iteration, if that is sampled. Decided once per iteration, so that a trace is whole. */
export class UserTrace {
  /** The root of the trace; `null` outside of sampled iterations. */
  current: Span | null = null;
  readonly #sampling: Sampling;
  readonly #userClass: string;
  readonly #user: number;
  #isIteration = false;

  /**
   * @param userClass Name of the user's class
   * @param user The user's number
   */
  constructor(sampling: Sampling, userClass: string, user: number) {
    this.#sampling = sampling;
    this.#userClass = userClass;
    this.#user = user;
  }

  /** Begins an iteration, or a hook of the class: the trace of a hook without requests is not kept. */
  begin(isIteration: boolean): void {
    const { ratio, sink, random } = this.#sampling;
    if (random() >= ratio) return void (this.current = null);
    this.#isIteration = isIteration;
    this.current = new Span(sink, { name: this.#userClass })
      .setAttribute("locust.user_class", this.#userClass)
      .setAttribute("locust.user", this.#user);
  }

  /** Notes that the iteration has failed. */
  fail(message: string, type: string): void {
    this.current?.fail(message, type);
  }

  /** Notes that the end of the run cuts the iteration off. */
  interrupt(): void {
    this.fail("interrupted by the end of the run", "interrupted");
  }

  /** Ends the iteration; `part` is what ran, such as `run` or the name of a task. */
  end(part: string): void {
    const root = this.current;
    if (root === null) return;
    this.current = null;
    if (!this.#isIteration && !root.hasChildren) return;
    root.name = `${this.#userClass}.${part}`;
    root.end();
  }
}
