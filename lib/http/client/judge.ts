/**
 * The verdict on one response: first from its status, then from what user code sets or throws.
 *
 * @module
 */

import { type ErrorSite, errorSite } from "../../core/error_site.ts";
import type { ErrorCount } from "../../stats/errors/error_counts.ts";
import type { SampleRecorder } from "../../stats/recorder.ts";
import type { Series } from "../../stats/series.ts";
import { countPredicate } from "../../stats/values/script_values.ts";
import type { SampleSpan } from "../spans/sample_span.ts";
import type { ConnectPhases } from "../transport.ts";
import { RequestError } from "./request_error.ts";

/** What a judge needs from its surroundings; one object for all users of a class on one worker. */
export interface Court {
  /** Where samples and errors are counted. */
  readonly recorder: SampleRecorder;
  /** Called when a request's verdict is final; `null` without listeners. */
  readonly onJudged: ((request: JudgedRequest) => void) | null;
  /** Returns whether the line of an explicit verdict is kept, which costs about 10 µs. @default none is */
  readonly wantsLine?: ((request: JudgedRequest, isFailure: boolean) => boolean) | undefined;
}

/** A request whose verdict is final. */
export interface JudgedRequest {
  readonly series: Series;
  readonly startMs: number;
  readonly ttfbMs: number;
  readonly ttlbMs: number;
  readonly bytesReceived: number;
  /** The cost of the connection, if it was established for this request. */
  readonly connectPhases: ConnectPhases | null;
  /** How much later than scheduled the request started, in milliseconds; 0 without a schedule. */
  readonly latenessMs: number;
  readonly error: string | null;
  /** Status code; 0 without a response. */
  readonly status: number;
  /** Number of the user; -1 if unknown. */
  readonly user: number;
  /** Whether it belongs to the current measurement period; false for one that ended in the warm-up before. */
  readonly isCounted: boolean;
  /** `file:line` of the explicit verdict; `null` without one, and where lines are not kept. */
  readonly decidedAt: string | null;
  /** Id of its trace; `null` if its iteration is not sampled. */
  readonly traceId: string | null;
}

/**
 * Keeps the statistics right while a response is judged: the sample is recorded at once with the verdict of its status,
 * and each later change corrects the counts, so that totals are right whenever they are read. An explicit verdict beats a
 * thrown error, which beats the status.
 */
export class Judge implements JudgedRequest {
  readonly series: Series;
  readonly startMs: number;
  readonly ttfbMs: number;
  readonly ttlbMs: number;
  readonly bytesReceived: number;
  readonly connectPhases: ConnectPhases | null;
  /** How much later than scheduled the request started, in milliseconds; 0 without a schedule. */
  readonly latenessMs: number;
  readonly status: number;
  readonly user: number;
  readonly #court: Court;
  readonly #epoch: number;
  readonly #statusError: string | null;
  #error: string | null;
  /** Where the error is counted; not set without an error, or once its span no longer counts. */
  #counted: ErrorCount | null = null;
  decidedAt: string | null = null;
  /** Ends with the verdict; `null` if the iteration is not sampled. */
  span: SampleSpan | null = null;
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
    user = -1,
  ) {
    this.#court = court;
    this.#epoch = court.recorder.epoch;
    this.latenessMs = latenessMs;
    this.status = status;
    this.user = user;
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

  /** Whether the verdict may still change. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why the request currently counts as failed, or `null`. */
  get error(): string | null {
    return this.#error;
  }

  get traceId(): string | null {
    return this.span === null ? null : this.span.span.traceId;
  }

  get isCounted(): boolean {
    return this.#epoch === this.#court.recorder.epoch;
  }

  /**
   * Sets an explicit verdict.
   *
   * @throws {TypeError} if judging is over
   */
  decide(verdict: string | boolean | null): void {
    if (!this.#isOpen) {
      throw new TypeError(
        `Cannot set the error of ${this.series.method} ${this.series.name}: the user has sent another request since, ` +
          "expected to be set before, or in the block form client.get(url, async (resp) => { … })",
      );
    }
    this.#isExplicit = verdict !== null;
    if (this.#court.wantsLine?.(this, verdict !== false)) {
      this.decidedAt = lineOf(verdict === null ? null : errorSite(new Error()));
    }
    if (verdict === true) this.#amend(this.#statusError ?? "failed by the script");
    else this.#amend(verdict === false ? null : verdict ?? this.#statusError);
  }

  /**
   * Applies an error thrown while the response was judged; `text` is what it is counted under.
   *
   * @returns Whether the request now counts as failed for it: false after an explicit verdict, or once judging is over
   */
  blame(text: string, error?: unknown): boolean {
    if (!this.#isOpen || this.#isExplicit) return false;
    if (this.span !== null) this.span.blame(text, error);
    this.#amend(text);
    return true;
  }

  /** Ends the judging; the verdict is final. */
  settle(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#counted !== null && this.isCounted) {
      this.#counted.see(this.startMs + this.ttlbMs);
      if (this.span !== null) this.#counted.traceId ??= this.traceId;
    }
    if (this.span !== null) this.span.settle(this.#error, this.#counted?.text);
    this.#court.onJudged?.(this);
  }

  /** Counts a check on the answer; it changes no verdict. */
  check(name: string, predicate: () => unknown): boolean | Promise<boolean> {
    return countPredicate(this.#court.recorder.checks, name, predicate);
  }

  /** @throws {RequestError} if the status is 400 or above */
  raiseForStatus(): void {
    if (this.#statusError === null) return;
    const row = `${this.series.method} ${this.series.name}`;
    throw new RequestError("status", this.#statusError, row, { traceId: this.traceId });
  }

  /** How long it took, in microseconds, as it was recorded. */
  get #us(): number {
    return (this.ttlbMs + this.latenessMs) * 1000;
  }

  #amend(error: string | null): void {
    if (error === this.#error) return;
    if (this.isCounted) {
      if (this.#counted !== null) this.#counted.takeBack(this.#us);
      this.#counted = null;
      if (error !== null) this.#countError(this.#errorCount(error));
      if ((this.#error === null) !== (error === null)) this.series.amendFailures(error === null ? -1 : 1);
    }
    this.#error = error;
  }

  /** Returns the count for an error. A status has its own; messages of user code may differ each time. */
  #errorCount(error: string): ErrorCount {
    return error === this.#statusError ? this.series.error(error) : this.series.userError(error);
  }

  #countError(count: ErrorCount): void {
    count.count++;
    count.addTime(this.#us);
    this.#counted = count;
  }
}

function lineOf(site: ErrorSite | null): string | null {
  return site === null ? null : `${site.file}:${site.line}`;
}
