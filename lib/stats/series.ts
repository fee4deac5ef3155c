/**
 * The samples of one row on one worker.
 *
 * @module
 */

import type { ErrorCount, ErrorCounts, ErrorSource } from "./errors/error_counts.ts";
import { Histogram, type HistogramDelta } from "./histogram.ts";
import { RowTally } from "./tally.ts";

/** Lowest and highest status with a count of its own; others are pooled as {@linkcode OTHER_STATUS}. */
const [MIN_STATUS, MAX_STATUS] = [100, 599] as const;
/** Represents all status codes outside 100–599. */
export const OTHER_STATUS = -1;
/** Represents a sample without a status: no response, or another protocol. */
const NO_STATUS = 0;

/**
 * Changes in one series since the last delta. Counts may be negative, since a later verdict corrects an earlier one.
 */
export interface SeriesDelta {
  readonly method: string;
  readonly name: string;
  /** Name of the users' class if rows are separate for each class, otherwise empty. */
  readonly userClass: string;
  /** Whether it counts in the total. */
  readonly inTotal: boolean;
  /** Its `seriesKey`, where that has been made before: making it is a large part of adding a delta. */
  readonly key?: string;
  /** Samples without times, from a worker that ended before it reported them. @default {0} */
  readonly untimed?: number;
  readonly failures: number;
  readonly bytesReceived: number;
  /** Whether the bytes are an estimate: the transport does not see the wire. */
  readonly bytesEstimated: boolean;
  readonly redirects: number;
  /** Repeats of requests of this series. */
  readonly repeats: number;
  /** Samples started after the order to stop: counted, but not part of a rate. */
  readonly tail: number;
  /** Versions of HTTP in which responses came: {@linkcode Protocols}. @default {0} */
  readonly protocols?: number;
  /** Number of samples by status; samples without a status are left out. */
  readonly statuses: readonly (readonly [status: number, count: number])[];
  /** Response times: from the scheduled start in the open model, otherwise from the start. */
  readonly histogram: HistogramDelta;
  /** Service times, from the start; only in the open model, where response times differ from them. */
  readonly service: HistogramDelta | null;
}

/** Bits for versions of HTTP. */
export const Protocols = { HTTP1: 1, HTTP2: 2 } as const;

/** Options of a series. */
export interface SeriesOptions {
  /** Label of the Method column. */
  readonly method: string;
  /** Name of the row. */
  readonly name: string;
  /** Name of the users' class if rows are separate for each class, otherwise empty. */
  readonly userClass: string;
  /** Whether it counts in the total. */
  readonly inTotal: boolean;
  /** Whether response and service time may differ. */
  readonly hasSchedule: boolean;
  /** Counts its errors. */
  readonly errors: ErrorCounts;
  /** Counts that the main thread can read. @default private counts */
  readonly tally?: RowTally;
}

/** The samples of one method and name on one worker. Clients keep a reference to it, so recording needs no lookup. */
export class Series implements ErrorSource {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly where: null = null;
  /** Whether it counts in the total. */
  readonly inTotal: boolean;
  /** Counts that the main thread can read while the worker does not respond. */
  readonly tally: RowTally;
  readonly #errors: ErrorCounts;
  readonly #histogram: Histogram = new Histogram();
  readonly #service: Histogram | null;
  /** Whether the recorded bytes are an estimate. */
  bytesEstimated = false;
  #failures = 0;
  #bytesReceived = 0;
  #redirects = 0;
  #repeats = 0;
  #tail = 0;
  #protocols = 0;
  /**
   * The status of the last sample, and how many samples with it are not in `#statuses` yet: the next one often has it,
   * too.
   */
  #status = NO_STATUS;
  #statusCount = 0;
  readonly #statuses = new Map<number, number>();
  /** The last error and its text: the next one is often the same. */
  #errorText = "";
  #error: ErrorCount | null = null;
  #isDirty = false;

  /** Creates an empty series. */
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
   * Records one sample. On the hot path; allocates nothing.
   *
   * @param ttlbMs Time to last byte in milliseconds
   * @param isFailure Whether it counts as failed, as known so far
   * @param bytesReceived Bytes received for it
   * @param latenessMs Delay of the start against the schedule, in milliseconds: {@linkcode Lateness}
   * @param status Status code of the response; 0 without one
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

  /** Corrects the verdict of a recorded sample: +1 turns a success into a failure, −1 the reverse. */
  amendFailures(change: 1 | -1): void {
    this.#failures += change;
    this.tally.amendFailures(change);
    this.#isDirty = true;
  }

  /**
   * Returns the count of an error of this row; the caller adds to it.
   *
   * @param text The error message, without ports, addresses or ids
   */
  error(text: string): ErrorCount {
    if (text !== this.#errorText || this.#error === null) {
      this.#error = this.#errors.of(this, text);
      this.#errorText = text;
    }
    return this.#error;
  }

  /** Returns the count of an error reported by user code, whose message may contain numbers or ids. */
  userError(text: string): ErrorCount {
    return this.#errors.ofUser(this, text);
  }

  /** Counts a followed redirect: the server saw one more request than the row shows. */
  countRedirect(): void {
    this.#redirects++;
    this.#isDirty = true;
  }

  /** Counts a repeat of a request on a new connection: the server may have seen it twice. */
  countRepeat(): void {
    this.#repeats++;
    this.#isDirty = true;
  }

  /** Notes the version of HTTP in which a response came; `null` if the transport does not tell. */
  noteProtocol(version: "1.1" | "2" | null): void {
    if (version === null) return;
    this.#protocols |= version === "2" ? Protocols.HTTP2 : Protocols.HTTP1;
  }

  /** Marks a recorded sample as started after the order to stop. */
  countTail(): void {
    this.#tail++;
  }

  /** Returns the changes since the last call, or `null` if there are none. */
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
      protocols: this.#protocols,
      statuses: [...this.#statuses],
      histogram: this.#histogram.takeDelta(),
      service: this.#service?.takeDelta() ?? null,
    };
    this.#failures =
      this.#bytesReceived =
      this.#redirects =
      this.#repeats =
      this.#tail =
      this.#protocols =
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
