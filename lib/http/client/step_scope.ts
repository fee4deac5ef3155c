/**
 * Which step of a script a request belongs to.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { builtin } from "../../core/builtin.ts";
import { nowMs } from "../../core/clock.ts";
import type { Span } from "../../spans/span.ts";
import type { UserTrace } from "../../spans/user_trace.ts";
import { RequestSpan } from "../spans/request_span.ts";
import type { Begun } from "./in_flight.ts";
import type { WireRequest } from "../transport.ts";

/** What a step sees of the verdict on a request. */
export interface StepVerdict {
  /** Why the request counts as failed so far; `null` for a success. */
  readonly error: string | null;
  /** Whether the verdict may still change. */
  readonly isOpen: boolean;
}

/** Keeps the scope of each asynchronous call; loaded by the first step of this thread. */
let storage: AsyncLocalStorage<StepScope> | null = null;
/** Steps under way on this thread. */
let open = 0;

/** Time in which at least one pause is under way. */
class Pauses {
  #open = 0;
  #sinceMs = 0;
  #ms = 0;

  begin(): void {
    if (this.#open++ === 0) this.#sinceMs = nowMs();
  }

  end(): void {
    if (--this.#open === 0) this.#ms += nowMs() - this.#sinceMs;
  }

  untilMs(atMs: number): number {
    return this.#ms + (this.#open > 0 ? atMs - this.#sinceMs : 0);
  }
}

/** One step under way: collects the verdicts on its requests, and the time that is not its own. */
export class StepScope implements Begun {
  /** Names of the step and of those around it, the outermost first. */
  readonly path: string;
  /** Its span; `null` if the iteration is not sampled. */
  readonly span: Span | null;
  readonly #parent: StepScope | null;
  #error: string | null = null;
  /** Verdicts that may still change. */
  #pending: StepVerdict[] = [];
  #isOver = false;
  /** While a request is held back by the cap on requests. */
  readonly #held = new Pauses();
  /** The same, and while a `sleep` is under way. */
  readonly #idle = new Pauses();

  /**
   * Creates the scope of a step inside the current one, if any.
   *
   * @param trace The trace of the user's iteration; `null` if the run has no traces
   */
  constructor(name: string, trace: UserTrace | null = null) {
    this.#parent = currentStep();
    this.span = trace === null ? null : spanAround(trace)?.child({ name }) ?? null;
    this.path = this.#parent === null ? name : `${this.#parent.path} / ${name}`;
  }

  /** Method and name, as in the table. */
  get row(): string {
    return `STEP ${this.path}`;
  }

  /** Calls a function in this scope: what it awaits is in it, too. */
  async run<T>(step: () => T | Promise<T>): Promise<T> {
    storage ??= new (builtin("node:async_hooks").AsyncLocalStorage)<StepScope>();
    open++;
    try {
      return await storage.run(this, step);
    } finally {
      open--;
    }
  }

  /** Adds a request that has ended. */
  add(verdict: StepVerdict): void {
    if (this.#isOver) return this.#parent?.add(verdict);
    if (this.#pending.length > 0) this.#settle();
    this.#pending.push(verdict);
  }

  /** Adds a failure that is final. */
  fail(error: string): void {
    if (this.#isOver) return this.#parent?.fail(error);
    this.#error ??= error;
  }

  /**
   * Ends the step; what comes later counts for the step around it.
   *
   * @returns The first failure of its requests; `null` if there is none
   */
  end(): string | null {
    this.#settle();
    const error = this.#error ?? this.#pending.find((verdict) => verdict.error !== null)?.error ?? null;
    this.#isOver = true;
    if (this.#error !== null) this.#parent?.fail(this.#error);
    for (const verdict of this.#pending) this.#parent?.add(verdict);
    this.#pending = [];
    return error;
  }

  /**
   * Time that is not the step's, in milliseconds: during which a request of it was held back by the cap on requests; of
   * several at once, it counts once.
   *
   * @param withoutSleep Whether the time in which a `sleep` was under way is counted, too
   */
  pausedMs(atMs: number, withoutSleep: boolean): number {
    return (withoutSleep ? this.#idle : this.#held).untilMs(atMs);
  }

  /** Notes that a `sleep` begins, in this step and those around it. */
  beginSleep(): void {
    this.#idle.begin();
    this.#parent?.beginSleep();
  }

  /** Notes that it has ended. */
  endSleep(): void {
    this.#idle.end();
    this.#parent?.endSleep();
  }

  /** Notes that a request is held back from now on. */
  beginHold(): void {
    this.#held.begin();
    this.#idle.begin();
    this.#parent?.beginHold();
  }

  /** Notes that it is no longer. */
  endHold(): void {
    this.#held.end();
    this.#idle.end();
    this.#parent?.endHold();
  }

  /** Takes over the verdicts that have become final. */
  #settle(): void {
    const pending = this.#pending;
    this.#pending = pending.filter(({ isOpen }) => isOpen);
    if (this.#error !== null) return;
    this.#error = pending.find(({ isOpen, error }) => !isOpen && error !== null)?.error ?? null;
  }
}

/** Returns the step that the caller is in; `null` outside of steps. Without steps under way, it costs one comparison. */
export function currentStep(): StepScope | null {
  return open === 0 ? null : storage!.getStore() ?? null;
}

/** Returns the span that the caller's requests are a part of: that of its step, or else of the iteration. */
export function spanAround(trace: UserTrace): Span | null {
  return trace.current === null ? null : currentStep()?.span ?? trace.current;
}

/** Returns the span of a request that the caller sends; `null` if its iteration is not sampled. */
export function requestSpan(
  trace: UserTrace,
  request: WireRequest,
  row: { readonly method: string; readonly name: string },
): RequestSpan | null {
  const parent = spanAround(trace);
  return parent === null ? null : new RequestSpan(parent, request, row);
}
