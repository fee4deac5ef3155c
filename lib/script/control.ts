/**
 * Driving a run from code: the argument of `control(test)`.
 *
 * @module
 */

import { didYouMean } from "../core/suggestion.ts";
import { parseRatePerSecond } from "../core/units.ts";
import { MAX_USERS } from "../load/shares.ts";
import type { Duration } from "../http/client/request_options.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import type { MeasureFigures } from "../stats/values/measures.ts";
import { type ShutdownOptions, shutdownOrder, type ShutdownSink } from "./shutdown.ts";
import { InterruptedError, sleep } from "./sleep.ts";

/** The figures of a row, without its histogram. */
export type RowFigures = Omit<RowSummary, "histogram">;

/** The figures of a time span, as plain data. */
export interface Figures extends Omit<Summary, "rows" | "total" | "measures" | "failureTimes"> {
  /** One per method and name. */
  readonly rows: readonly RowFigures[];
  /** All rows merged. */
  readonly total: RowFigures;
  /** Numbers that the script measured. */
  readonly measures: readonly MeasureFigures[];
}

/** Result of {@linkcode TestControl.stats}: merged over all workers, at most 0.25 s old. */
export interface TestStats {
  /** Users running. */
  readonly users: number;
  /** Since the start of the load. */
  readonly overall: Figures;
  /** Since the previous call of `stats`, or the start. */
  readonly interval: Figures;
}

/**
 * Drives a run: `export async function control(test: TestControl) { … }`. The test ends when `control` returns. If the test
 * is stopped otherwise, `users`, `sleep` and `stats` throw an {@linkcode InterruptedError} from then on, and `control` has
 * to end within the stop timeout.
 */
export interface TestControl {
  /**
   * Changes the number of running users; surplus users end after their current iteration.
   *
   * @param count Number of users, 0 to 100,000,000
   * @param options.rate Users started or ended per second: a number, or a string such as `"30/m"`. Default: all at once
   * @returns A promise that resolves at the end of the ramp
   * @throws {RangeError} if the count or the rate is out of range
   * @throws {TypeError} if an option is unknown
   */
  users(count: number, options?: { readonly rate?: number | string }): Promise<void>;
  /** Pauses. */
  sleep(duration: Duration): Promise<void>;
  /**
   * Returns the figures so far, once every worker has reported since the last call, which each does four times a second.
   * Rates are counts over the time that the reports cover.
   */
  stats(): Promise<TestStats>;
  /**
   * Ends the test.
   *
   * @param reason Shown in the log and the summary
   * @param options The exit code of the command
   * @throws {RangeError} if the exit code is not a whole number of 0 to 255
   */
  shutdown(reason?: string, options?: ShutdownOptions): void;
}

/** A request to the main thread. */
export type ControlRequest =
  | { readonly action: "users"; readonly count: number; readonly ratePerSecond: number | null }
  | { readonly action: "stats" };

/** Sends requests to the main thread and receives its answers. */
export class RemoteControl implements TestControl {
  readonly #ask: (id: number, request: ControlRequest) => void;
  readonly #shutdown: ShutdownSink;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #givenUp: PromiseWithResolvers<never> = Promise.withResolvers();
  #isInterrupted = false;
  #lastId = 0;

  /**
   * Creates a control.
   *
   * @param ask Sends a request; {@linkcode RemoteControl.answer} receives the answer
   * @param shutdown Ends the test
   */
  constructor(ask: (id: number, request: ControlRequest) => void, shutdown: ShutdownSink) {
    this.#ask = ask;
    this.#shutdown = shutdown;
  }

  async users(count: number, options: { readonly rate?: number | string } = {}): Promise<void> {
    checkUsers(count, options);
    const ratePerSecond = options.rate === undefined ? null : parseRatePerSecond(options.rate);
    if (ratePerSecond === 0) throw new RangeError("Cannot start users at rate 0: expected more than 0");
    const rampMs = await this.#request({ action: "users", count, ratePerSecond });
    await this.sleep((rampMs as number) / 1000);
  }

  async sleep(duration: Duration): Promise<void> {
    if (this.#isInterrupted) await interruption();
    await sleep(duration);
  }

  stats(): Promise<TestStats> {
    return this.#request({ action: "stats" }) as Promise<TestStats>;
  }

  shutdown(reason = "ended by control", options: ShutdownOptions = {}): void {
    this.#shutdown(shutdownOrder(reason, options));
  }

  /** Receives an answer of the main thread. */
  answer(id: number, value: unknown): void {
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  /** Calls a locustfile's `control`; ends with it, or when interrupted for the second time. */
  async drive(control: (test: TestControl) => unknown): Promise<void> {
    await Promise.race([control(this), this.#givenUp.promise]);
  }

  /**
   * Interrupts all pending and later calls, as the test is over. The second call also ends {@linkcode RemoteControl.drive}.
   */
  interrupt(): void {
    if (this.#isInterrupted) this.#givenUp.reject(new InterruptedError());
    this.#isInterrupted = true;
    for (const { reject } of this.#waiting.values()) reject(new InterruptedError());
    this.#waiting.clear();
  }

  async #request(request: ControlRequest): Promise<unknown> {
    if (this.#isInterrupted) await interruption();
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(++this.#lastId, waiting);
    this.#ask(this.#lastId, request);
    return await waiting.promise;
  }
}

function checkUsers(count: number, options: object): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`Cannot run ${Deno.inspect(count)} users: expected a whole number, 0 or more`);
  }
  if (count > MAX_USERS) throw new RangeError(`Cannot run ${count} users: expected at most ${MAX_USERS}`);
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot use ${Deno.inspect(options)} with users(): expected an object such as { rate: 10 }`);
  }
  const unknown = Object.keys(options).find((key) => key !== "rate");
  if (unknown === undefined) return;
  throw new TypeError(`Cannot use ${unknown} with users(): unknown option${didYouMean(unknown, ["rate"])}`);
}

/** Rejects asynchronously: a loop that catches the error and goes on must not starve everything else. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new InterruptedError())));
}
