/**
 * The verdict on one answer: from its status at first, then from what user code says or throws.
 *
 * @module
 */

import type { ErrorCount } from "../../stats/error_counts.ts";
import type { SampleRecorder } from "../../stats/recorder.ts";
import type { Series } from "../../stats/series.ts";
import { countPredicate } from "../../stats/values/script_values.ts";
import type { ConnectPhases } from "../transport.ts";
import { RequestError } from "./request_error.ts";

/** What a judge needs of its surroundings; the same object for all users of one class on one worker. */
export interface Court {
  /** Where samples and error texts are counted. */
  readonly recorder: SampleRecorder;
  /** Called when a request's verdict is final; `null` while nobody listens. */
  readonly onJudged: ((request: JudgedRequest) => void) | null;
}

/** A request whose verdict is final. */
export interface JudgedRequest {
  readonly series: Series;
  readonly startMs: number;
  readonly ttfbMs: number;
  readonly ttlbMs: number;
  readonly bytesReceived: number;
  /** What the connection cost when it was established for this request. */
  readonly connectPhases: ConnectPhases | null;
  /** How much later than scheduled the request was begun, in milliseconds; 0 where it has no schedule. */
  readonly latenessMs: number;
  readonly error: string | null;
}

/**
 * Keeps the statistics right while a response is judged: the sample is recorded at once with the verdict of its status,
 * and each later change of mind corrects the counts, so that totals are right whenever they are read. Where several
 * verdicts meet, an explicit one beats a thrown error, which beats the status.
 */
export class Judge implements JudgedRequest {
  readonly series: Series;
  readonly startMs: number;
  readonly ttfbMs: number;
  readonly ttlbMs: number;
  readonly bytesReceived: number;
  readonly connectPhases: ConnectPhases | null;
  /** How much later than scheduled the request was begun, in milliseconds; 0 where it has no schedule. */
  readonly latenessMs: number;
  readonly #court: Court;
  readonly #epoch: number;
  readonly #statusError: string | null;
  #error: string | null;
  /** Where the error is counted; not where it has none, or is of a time that no longer counts. */
  #counted: ErrorCount | null = null;
  #isExplicit = false;
  #isOpen = true;

  /** Records the sample. */
  constructor(
    court: Court,
    series: Series,
    startMs: number,
    firstByteMs: number,
    lastByteMs: number,
    bytesReceived: number,
    statusError: string | null,
    connectPhases: ConnectPhases | null = null,
    latenessMs = 0,
    status = 0,
  ) {
    this.#court = court;
    this.#epoch = court.recorder.epoch;
    this.latenessMs = latenessMs;
    this.series = series;
    this.startMs = startMs;
    this.ttfbMs = firstByteMs - startMs;
    this.ttlbMs = lastByteMs - startMs;
    this.bytesReceived = bytesReceived;
    this.connectPhases = connectPhases;
    this.#statusError = statusError;
    this.#error = statusError;
    series.record(this.ttlbMs, statusError !== null, bytesReceived, latenessMs, status);
    if (startMs > court.recorder.stopMs) series.countTail();
    if (statusError !== null) this.#countError(series.error(statusError));
  }

  /** What the request counts as failed for at present, or `null`. */
  get error(): string | null {
    return this.#error;
  }

  /**
   * Takes an explicit verdict.
   *
   * @throws {TypeError} if judging is over
   */
  decide(verdict: string | boolean | null): void {
    if (!this.#isOpen) {
      throw new TypeError(
        `Cannot set the error of ${this.series.method} ${this.series.name}: the user has gone on to another request, ` +
          "expected it before that, or in the block form client.get(url, async (resp) => { … })",
      );
    }
    this.#isExplicit = verdict !== null;
    if (verdict === true) this.#amend(this.#statusError ?? "failed by the script");
    else this.#amend(verdict === false ? null : verdict ?? this.#statusError);
  }

  /**
   * Takes an error thrown while the response was judged.
   *
   * @returns Whether the request now counts as failed for it: not after an explicit verdict, nor once judging is over
   */
  blame(text: string): boolean {
    if (!this.#isOpen || this.#isExplicit) return false;
    this.#amend(text);
    return true;
  }

  /** Ends the judging; the verdict is final. */
  settle(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#counted !== null && this.#epoch === this.#court.recorder.epoch) {
      this.#counted.see(this.startMs + this.ttlbMs);
    }
    this.#court.onJudged?.(this);
  }

  /** Counts a check on the answer; it changes no verdict. */
  check(name: string, predicate: () => unknown): boolean | Promise<boolean> {
    return countPredicate(this.#court.recorder.checks, name, predicate);
  }

  /** @throws {RequestError} if the status is 400 or above */
  raiseForStatus(): void {
    if (this.#statusError === null) return;
    throw new RequestError("status", this.#statusError, `${this.series.method} ${this.series.name}`);
  }

  #amend(error: string | null): void {
    if (error === this.#error) return;
    if (this.#epoch === this.#court.recorder.epoch) {
      if (this.#counted !== null) this.#counted.count--;
      this.#counted = null;
      if (error !== null) this.#countError(this.#errorCount(error));
      if ((this.#error === null) !== (error === null)) this.series.amendFailures(error === null ? -1 : 1);
    }
    this.#error = error;
  }

  /** Returns the count of an error: a status is one of its own, what user code says may differ each time. */
  #errorCount(error: string): ErrorCount {
    return error === this.#statusError ? this.series.error(error) : this.series.userError(error);
  }

  #countError(count: ErrorCount): void {
    count.count++;
    this.#counted = count;
  }
}
