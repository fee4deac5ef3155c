/**
 * The samples of one row on one worker.
 *
 * @module
 */

import type { ErrorCount, ErrorCounts, ErrorSource } from "./error_counts.ts";
import { Histogram, type HistogramDelta } from "./histogram.ts";
import { RowTally } from "./tally.ts";

/** Lowest and highest status kept apart; others are pooled as {@linkcode OTHER_STATUS}. */
const [MIN_STATUS, MAX_STATUS] = [100, 599] as const;
/** Stands for a status outside of 100–599. */
export const OTHER_STATUS = -1;
/** Stands for a sample that has no status: without an answer, or of another protocol. */
const NO_STATUS = 0;

/** What changed in one series since the last delta. Counts may be negative: a later judgement corrects an earlier one. */
export interface SeriesDelta {
  readonly method: string;
  readonly name: string;
  /** Name of the users' class where rows are kept apart by it, else empty. */
  readonly userClass: string;
  /** Whether it is part of the total. */
  readonly inTotal: boolean;
  /** Samples whose times are unknown: of a worker that ended before it had reported them. @default {0} */
  readonly untimed?: number;
  readonly failures: number;
  readonly bytesReceived: number;
  /** Whether the bytes are an estimate: the transport does not see the wire. */
  readonly bytesEstimated: boolean;
  readonly redirects: number;
  /** Requests of this series sent once more. */
  readonly repeats: number;
  /** Samples begun after the order to stop: counted, but no part of a rate. */
  readonly tail: number;
  /** Samples by status; those without one are left out. */
  readonly statuses: readonly (readonly [status: number, count: number])[];
  /** Response times: from the scheduled start in the open model, else from the start. */
  readonly histogram: HistogramDelta;
  /** Service times, from the start, where response times are not the same: in the open model. */
  readonly service: HistogramDelta | null;
}

/** What a series is made with. */
export interface SeriesOptions {
  /** Label of the Method column. */
  readonly method: string;
  /** Name of the row. */
  readonly name: string;
  /** Name of the users' class where rows are kept apart by it, else empty. */
  readonly userClass: string;
  /** Whether it is part of the total. */
  readonly inTotal: boolean;
  /** Whether response and service time may differ. */
  readonly hasSchedule: boolean;
  /** Where its errors are counted. */
  readonly errors: ErrorCounts;
  /** What is counted where the main thread can read it. @default counts that nobody reads */
  readonly tally?: RowTally;
}

/** The samples of one method and name on one worker. Clients hold on to it, so recording needs no look-up. */
export class Series implements ErrorSource {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly where: null = null;
  /** Whether it is part of the total. */
  readonly inTotal: boolean;
  /** Counts that the main thread can read while the worker does not answer. */
  readonly tally: RowTally;
  readonly #errors: ErrorCounts;
  readonly #histogram: Histogram = new Histogram();
  readonly #service: Histogram | null;
  /** Whether the bytes recorded here are an estimate. */
  bytesEstimated = false;
  #failures = 0;
  #bytesReceived = 0;
  #redirects = 0;
  #repeats = 0;
  #tail = 0;
  /** The status of the last sample, and how many of it are not in `#statuses` yet: mostly the next one has it, too. */
  #status = NO_STATUS;
  #statusCount = 0;
  readonly #statuses = new Map<number, number>();
  /** The last error and its text: mostly the next one is the same. */
  #errorText = "";
  #error: ErrorCount | null = null;
  #isDirty = false;

  /** Makes an empty series. */
  constructor({ method, name, userClass, inTotal, hasSchedule, errors, tally }: SeriesOptions) {
    this.method = method;
    this.name = name;
    this.userClass = userClass;
    this.inTotal = inTotal;
    this.tally = tally ?? new RowTally();
    this.#errors = errors;
    this.#service = hasSchedule ? new Histogram() : null;
  }

  /**
   * Records one sample. On the hot path: allocates nothing.
   *
   * @param ttlbMs Time to last byte in milliseconds
   * @param isFailure Whether it counts as failed, as far as is known yet
   * @param bytesReceived Bytes received for it
   * @param latenessMs How much later than scheduled it was begun, in milliseconds: {@linkcode Lateness}
   * @param status Status code of the answer; 0 where there is none
   */
  record(ttlbMs: number, isFailure: boolean, bytesReceived: number, latenessMs = 0, status: number = NO_STATUS): void {
    this.#histogram.record((ttlbMs + latenessMs) * 1000);
    if (this.#service !== null) this.#service.record(ttlbMs * 1000);
    if (isFailure) this.#failures++;
    this.tally.record(isFailure);
    this.#bytesReceived += bytesReceived;
    if (status !== this.#status) this.#changeStatus(status);
    this.#statusCount++;
    this.#isDirty = true;
  }

  /** Corrects a recorded sample's verdict: +1 makes a success a failure, −1 the reverse. */
  amendFailures(change: 1 | -1): void {
    this.#failures += change;
    this.tally.amendFailures(change);
    this.#isDirty = true;
  }

  /**
   * Returns the count of an error of this row, for the caller to add to.
   *
   * @param text A stable text: no ports, addresses or ids
   */
  error(text: string): ErrorCount {
    if (text !== this.#errorText || this.#error === null) {
      this.#error = this.#errors.of(this, text);
      this.#errorText = text;
    }
    return this.#error;
  }

  /** Returns the count of an error that user code named, whose text may hold what differs each time. */
  userError(text: string): ErrorCount {
    return this.#errors.ofUser(this, text);
  }

  /** Counts a redirect that was followed: the server saw one more request than the row shows. */
  countRedirect(): void {
    this.#redirects++;
    this.#isDirty = true;
  }

  /** Counts a request that was sent once more on a new connection: the server may have seen it twice. */
  countRepeat(): void {
    this.#repeats++;
    this.#isDirty = true;
  }

  /** Counts a recorded sample as begun after the order to stop. */
  countTail(): void {
    this.#tail++;
  }

  /** Returns what changed since the last call, or `null` when nothing did. */
  takeDelta(): SeriesDelta | null {
    if (!this.#isDirty) return null;
    this.#changeStatus(NO_STATUS);
    const delta = {
      method: this.method,
      name: this.name,
      userClass: this.userClass,
      inTotal: this.inTotal,
      failures: this.#failures,
      bytesReceived: this.#bytesReceived,
      bytesEstimated: this.bytesEstimated,
      redirects: this.#redirects,
      repeats: this.#repeats,
      tail: this.#tail,
      statuses: [...this.#statuses],
      histogram: this.#histogram.takeDelta(),
      service: this.#service?.takeDelta() ?? null,
    };
    this.#failures =
      this.#bytesReceived =
      this.#redirects =
      this.#repeats =
      this.#tail =
        0;
    this.#statuses.clear();
    this.#isDirty = false;
    return delta;
  }

  #changeStatus(status: number): void {
    const [last, count] = [this.#status, this.#statusCount];
    this.#status = status;
    this.#statusCount = 0;
    if (last === NO_STATUS || count === 0) return;
    const key = last >= MIN_STATUS && last <= MAX_STATUS ? last : OTHER_STATUS;
    this.#statuses.set(key, (this.#statuses.get(key) ?? 0) + count);
  }
}
